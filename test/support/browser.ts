import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { root } from "./markdown";
import { TestApp, type TestAppOptions } from "./kit";

export const builtWeb = join(root, "dist", "web");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export interface TabOptions {
  /** The token that the tab is signed in with; left out: nobody is. */
  readonly secret?: string | undefined;
  readonly scheme?: "light" | "dark";
  /** 360 pixels, as a phone. */
  readonly isNarrow?: boolean;
}

/** A real browser on a real server with the console. */
export class TestBrowser {
  private readonly contexts: BrowserContext[] = [];

  private constructor(
    readonly app: TestApp,
    private readonly browser: Browser,
  ) {}

  static async start(options: TestAppOptions = {}): Promise<TestBrowser> {
    const browser = await launch();
    return new TestBrowser(await TestApp.start({ ...options, web: builtWeb }), browser);
  }

  /** A window of its own, with nothing in its storage but the token, on one of the server's pages. */
  async open(path: string, { secret, scheme = "light", isNarrow = false }: TabOptions = {}): Promise<Tab> {
    const context = await this.browser.newContext({
      baseURL: this.app.url,
      colorScheme: scheme,
      viewport: isNarrow ? { width: 360, height: 740 } : { width: 1280, height: 800 },
      locale: "en-GB",
      timezoneId: "Europe/Lisbon",
      reducedMotion: "reduce",
    });
    this.contexts.push(context);
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const tab = new Tab(page, this.app.url);
    if (secret !== undefined) {
      await page.goto("/healthz");
      await page.evaluate(`sessionStorage.setItem("tokenward.token", ${JSON.stringify(secret)})`);
    }
    await page.goto(path);
    return tab;
  }

  async close(): Promise<void> {
    for (const context of this.contexts) await context.close();
    await this.browser.close();
    await this.app.close();
  }
}

/** A page, and what was wrong with it. */
export class Tab {
  /** Errors of scripts, refusals of the Content-Security-Policy, requests to elsewhere. */
  readonly problems: string[] = [];

  constructor(
    readonly page: Page,
    origin: string,
  ) {
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !isRefusal(message.text())) this.problems.push(message.text());
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && !["data:", "blob:"].includes(url.protocol))
        this.problems.push(`request to ${url.href}`);
    });
  }

  /** What axe-core finds, once colours have stopped changing: rules and places. `only`: of these rules; left out: of all. */
  async violations(only?: readonly string[]): Promise<string[]> {
    await this.page.evaluate(SETTLE);
    // Evaluated, not added as an element, which the policy would refuse.
    if (await this.page.evaluate("globalThis.axe === undefined")) await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate<{ violations: Violation[] }>(
      `axe.run(${only === undefined ? "" : JSON.stringify({ runOnly: only })})`,
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  }

  /** Whether the page is wider than the window. */
  isTooWide(): Promise<boolean> {
    return this.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
  }
}

const SETTLE = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() =>
  Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)))
  .then(() => undefined)`;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What Chromium writes for every answer of 400 and up. */
const isRefusal = (text: string): boolean => text.startsWith("Failed to load resource: the server responded");

const STARTS = 3;

/** Starts a browser. One that crashes while it starts is printed, and another one is started. */
async function launch(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"];
  for (let start = 1; ; start += 1) {
    try {
      return await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args });
    } catch (error) {
      if (start === STARTS) throw error;
      process.stderr.write(`${String(error)}\n`);
    }
  }
}
