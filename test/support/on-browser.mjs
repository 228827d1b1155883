import chromium from "@sparticuz/chromium";
import { createRequire } from "node:module";

const { build } = createRequire(import.meta.url)("../../bin/build.js");

/** Builds the console, and unpacks the browser where none is installed: once, and not in every worker. */
export default async function prepareBrowser() {
  await build();
  process.env.CHROMIUM_PATH ||= await chromium.executablePath();
}
