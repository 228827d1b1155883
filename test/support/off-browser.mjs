import { rmSync } from "node:fs";

// Jest's globalTeardown of the project that looks at the console.
export default function teardown() {
  if (globalThis.unpackedBrowser !== undefined) {
    rmSync(globalThis.unpackedBrowser, { recursive: true, force: true });
  }
}
