"use strict";

// What `npm run test:mutation` runs for each mutant of the rules: quick tests, none of which opens a database.
const { projects, ...base } = require("../../jest.config.js");
const [sqlite] = projects;

/** @type {import("jest").Config} */
module.exports = {
  ...base,
  ...sqlite,
  rootDir: "../..",
  testMatch: [
    "<rootDir>/test/domain/**/*.test.ts",
    "<rootDir>/test/secrets/**/*.test.ts",
    "<rootDir>/test/properties/scopes.test.ts",
    "<rootDir>/test/services/permit.test.ts",
  ],
};
