"use strict";

// As bin/tokenward.js starts the server.
process.env.NODE_ENV = "production";

const base = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  // Transpiles only: `npm run check:types` looks at types, once for all files.
  transform: { "\\.ts$": ["ts-jest", { transpilation: true, diagnostics: false }] },
  setupFiles: ["reflect-metadata"],
};

/** What asks the database something: all of it runs on both. */
const onEveryDatabase = ["services", "store", "properties"];

/** @type {import("jest").Config} */
module.exports = {
  projects: [
    {
      ...base,
      displayName: "sqlite",
      testMatch: ["<rootDir>/test/!(web)/**/!(*.postgres).test.ts", "<rootDir>/test/*.test.ts"],
    },
    {
      ...base,
      displayName: "postgres",
      testMatch: [
        "<rootDir>/test/**/*.postgres.test.ts",
        "<rootDir>/test/crash/handover-crash.test.ts",
        ...onEveryDatabase.map((folder) => `<rootDir>/test/${folder}/**/!(*.sqlite).test.ts`),
      ],
      globals: { testDatabase: "postgres" },
      globalSetup: "<rootDir>/test/support/on-postgres.mjs",
      globalTeardown: "<rootDir>/test/support/off-postgres.mjs",
    },
    {
      ...base,
      displayName: "web",
      testMatch: ["<rootDir>/test/web/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/test/support/retry-in-browsers.ts"],
      globalSetup: "<rootDir>/test/support/on-browser.mjs",
      globalTeardown: "<rootDir>/test/support/off-browser.mjs",
    },
  ],
  maxWorkers: 2,
  // Each file loads its own copy of every module: a worker that grew is replaced.
  workerIdleMemoryLimit: "1GB",
  testTimeout: 30_000,
};
