"use strict";
const base = require("../../jest.config.js");

/** The whole access table instead of the fixed tenth: `npm run test:access`. */
module.exports = {
  ...base,
  rootDir: "../..",
  roots: ["<rootDir>/test/access"],
  globals: { wholeAccessTable: true },
};
