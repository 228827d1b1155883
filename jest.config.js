"use strict";

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // Transpiles only: `npm run check:types` looks at types, once for all files.
  transform: { "\\.ts$": ["ts-jest", { transpilation: true, diagnostics: false }] },
  setupFiles: ["reflect-metadata"],
  maxWorkers: 2,
  // Each file loads its own copy of every module: a worker that grew is replaced.
  workerIdleMemoryLimit: "1GB",
  testTimeout: 30_000,
};
