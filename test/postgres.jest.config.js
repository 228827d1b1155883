"use strict";
const { projects, ...base } = require("../jest.config.js");
const postgres = projects.find(({ displayName }) => displayName === "postgres");

/** All that is not about SQLite itself, on PostgreSQL; `npm test` asks it what is closest to the database. */
module.exports = {
  ...base,
  ...postgres,
  rootDir: "..",
  testMatch: ["<rootDir>/test/!(web)/**/!(*.sqlite).test.ts", "<rootDir>/test/*.test.ts"],
};
