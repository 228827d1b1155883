import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { TestBrowser } from "../support/browser";
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
const looks = {
  light: { colorScheme: "light", width: 1280, height: 800 },
  dark: { colorScheme: "dark", width: 1280, height: 800 },
  narrow: { colorScheme: "light", width: 360, height: 740 },
} as const;

it.each(pages)(
  "$name: in every look axe finds nothing, the policy holds, nothing is asked of others",
  async ({ name, path, as, ready, takesColoursOnce = false }) => {
    const tab = await browser.open(path, { secret: as && world[as] });
    await ready(tab.page, world);
    for (const [look, { colorScheme, width, height }] of Object.entries(looks)) {
      await tab.page.emulateMedia({ colorScheme });
      await tab.page.setViewportSize({ width, height });
      if (takesColoursOnce && look !== "light") {
        await tab.page.reload();
        await ready(tab.page, world);
      }
      if (process.env.SCREENSHOTS === "on") {
        mkdirSync(folder, { recursive: true });
        await tab.page.screenshot({ path: join(folder, `${name}-${look}.png`), animations: "disabled" });
      }
      // What is on the page is the same in all of them, the colours are not.
      const violations = await tab.violations(look === "light" ? undefined : ["color-contrast"]);
      expect({ look, violations, isTooWide: await tab.isTooWide() }).toEqual({
        look,
        violations: [],
        isTooWide: false,
      });
    }
    expect(tab.problems).toEqual([]);
    await tab.page.context().close();
  },
);
