import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, parse, validate } from "graphql";
import { type Tab, type TabOptions, TestBrowser } from "../support/browser";
import { root } from "../support/markdown";

jest.setTimeout(60_000);
let browser: TestBrowser;
beforeAll(async () => {
  browser = await TestBrowser.start();
});
afterAll(() => browser.close());

/** Once the editor is there. */
async function openPlayground(options?: TabOptions): Promise<Tab> {
  const tab = await browser.open("/graphql", options);
  await tab.page.locator(".query-editor, .graphiql-editor").first().getByText("Who").first().waitFor();
  return tab;
}

describe("the playground", () => {
  it("runs a query as whoever is signed in to the console in this tab", async () => {
    const { secret } = await browser.app.account({ login: "grace" });
    const { page, problems } = await openPlayground({ secret });
    await page.getByText("Requests carry the token of the console.").waitFor();
    await page.getByRole("button", { name: "Execute query" }).click();
    await page.locator(".result-window").getByText("grace").waitFor();
    expect(problems).toEqual([]);
  });

  it("runs it as the holder of a token that is pasted, and keeps that nowhere", async () => {
    const { secret } = await browser.app.account({ login: "hopper" });
    const { page, problems } = await openPlayground();
    await page.getByRole("button", { name: "Execute query" }).click();
    await page
      .locator(".result-window")
      .getByText(/authentication\srequired/)
      .waitFor();
    await page.getByLabel("Your token:").fill(secret);
    await page.getByRole("button", { name: "Use it" }).click();
    await page.getByRole("button", { name: "Execute query" }).click();
    await page.locator(".result-window").getByText("hopper").waitFor();
    expect(await page.evaluate("JSON.stringify([localStorage, sessionStorage])")).toBe("[{},{}]");
    expect(problems).toEqual([]);
  });

  it("shows the documentation of the schema to whoever opens it", async () => {
    const { page, problems } = await openPlayground();
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.getByRole("link", { name: "Mutation", exact: true }).click();
    await page.getByRole("link", { name: "createRepositoryTokens", exact: true }).waitFor();
    expect(problems).toEqual([]);
  });

  const folder = join(root, "web", "src", "playground", "examples");
  const schema = buildSchema(readFileSync(join(root, "schema.graphql"), "utf8"));
  it.each(readdirSync(folder))("has examples that fit the schema: %s", (name) => {
    expect(validate(schema, parse(readFileSync(join(folder, name), "utf8")))).toEqual([]);
  });
});
