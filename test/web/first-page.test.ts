import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { builtWeb, TestBrowser } from "../support/browser";

const KIB = 1024;

it("the first page needs at most 250 kB of script, packed, and nothing of the playground", async () => {
  const browser = await TestBrowser.start();
  const { secret } = await browser.app.account();
  const tab = await browser.open("/", { secret });
  await tab.page.getByRole("heading", { level: 1 }).waitFor();
  const names = await tab.page.evaluate<string[]>(
    "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js'))",
  );
  await browser.close();
  expect(names.length).toBeGreaterThan(0);
  const sizes = names.map((name) => gzipSync(readFileSync(join(builtWeb, new URL(name).pathname))).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250 * KIB);
  expect(names.join()).not.toMatch(/monaco|playground/);
});
