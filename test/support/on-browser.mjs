import chromium from "@sparticuz/chromium";
import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { build } = createRequire(import.meta.url)("../../bin/build.js");

/** Builds the console, and unpacks the browser where none is installed: once, and not in every worker. */
export default async function prepareBrowser() {
  await build();
  if (process.env.CHROMIUM_PATH) return;
  // It unpacks itself, fonts and libraries into the folder for temporary files: into one of their own, that is removed.
  globalThis.unpackedBrowser = mkdtempSync(join(tmpdir(), "tokenward-browser-"));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = globalThis.unpackedBrowser;
  process.env.CHROMIUM_PATH = await chromium.executablePath();
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
}
