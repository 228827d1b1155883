import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { TestBrowser, type TabOptions } from "../support/browser";
import { root } from "../support/markdown";
import { makeWorld, pages } from "./pages";
import type { World } from "./shown";

jest.setTimeout(60_000);
let browser: TestBrowser;
let world: World;
beforeAll(async () => {
  browser = await TestBrowser.start();
  world = await makeWorld(browser.app);
});
afterAll(() => browser.close());

const folder = join(root, "screenshots");
const looks: Readonly<Record<string, TabOptions>> = {
  light: { scheme: "light" },
  dark: { scheme: "dark" },
  narrow: { scheme: "light", isNarrow: true },
};

describe.each(pages)("$name", ({ name, path, as, ready }) => {
  it.each(Object.entries(looks))(
    "%s: axe finds nothing, the policy holds, nothing is asked of others",
    async (look, options) => {
      const tab = await browser.open(path, { ...options, secret: as && world[as] });
      await ready(tab.page);
      if (process.env.SCREENSHOTS === "on") {
        mkdirSync(folder, { recursive: true });
        await tab.page.screenshot({ path: join(folder, `${name}-${look}.png`), animations: "disabled" });
      }
      expect(await tab.violations()).toEqual([]);
      expect(tab.problems).toEqual([]);
      expect(await tab.isTooWide()).toBe(false);
      await tab.page.context().close();
    },
  );
});
