"use strict";

// What `npm run test:mutation` runs for each mutant of what the rules are asked with, as it is read from a database.
const { projects, ...base } = require("../../jest.config.js");
const [sqlite] = projects;

/** @type {import("jest").Config} */
module.exports = {
  ...base,
  ...sqlite,
  rootDir: "../..",
  testMatch: [
    "<rootDir>/test/services/authority.test.ts",
    "<rootDir>/test/services/permit.test.ts",
    "<rootDir>/test/graphql/auth-checker.test.ts",
  ],
};
