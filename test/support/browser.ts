import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright, type Page } from "playwright-core";

/** The Chromium that CHROMIUM_PATH names, else the one from npm. */
export async function launchBrowser(): Promise<Browser> {
  const installed = process.env.CHROMIUM_PATH;
  if (installed !== undefined) return playwright.launch({ executablePath: installed, args: ["--no-sandbox"] });
  chromium.setGraphicsMode = false;
  return playwright.launch({ executablePath: await chromium.executablePath(), args: chromium.args });
}
