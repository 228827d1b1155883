"use strict";
const { projects, ...base } = require("../../jest.config.js");
const [sqlite] = projects;

/** The whole access table instead of the fixed tenth: `npm run test:access`. */
module.exports = {
  ...base,
  ...sqlite,
  rootDir: "../..",
  roots: ["<rootDir>/test/access"],
  globals: { wholeAccessTable: true },
};
