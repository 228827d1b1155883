import { TestBrowser } from "../support/browser";

let browser: TestBrowser;
beforeAll(async () => {
  browser = await TestBrowser.start();
});
afterAll(() => browser.close());

const TOKENS = "{ viewer { token { id } } }";
const REVOKE = "mutation { revokeToken(input: {}) { revokedCount } }";

describe("a token that is revoked under the person who is signed in", () => {
  it("leads to the sign-in page, which says why, and what was typed is there afterwards", async () => {
    const actor = await browser.app.account();
    const { page, problems } = await browser.open("/account/access", { secret: actor.secret });
    await page.getByRole("button", { name: "Create a token" }).click();
    const label = page.getByRole("dialog").getByLabel("Label");
    await label.fill("a long label");
    await actor.client.must(REVOKE);
    await page.getByRole("button", { name: "Create", exact: true }).click();

    await page.getByText("You were signed out").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("not found");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await page.evaluate("Object.values(sessionStorage)")).toEqual([]);

    const { secret } = await browser.app.accountToken(actor.login);
    await page.getByLabel("Account token", { exact: true }).fill(secret);
    await page.getByRole("button", { name: "Sign in" }).click();
    await label.waitFor();
    expect(await label.inputValue()).toBe("a long label");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("dialog", { name: "was created" }).waitFor();
    expect(problems).toEqual([]);
  });

  it("shows nothing of it to another person who signs in there", async () => {
    const [one, two] = [await browser.app.account(), await browser.app.account()];
    const { page } = await browser.open("/account/access", { secret: one.secret });
    await page.getByRole("button", { name: "Create a token" }).click();
    await page.getByRole("dialog").getByLabel("Label").fill("of one");
    await one.client.must(REVOKE);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByLabel("Account token", { exact: true }).fill(two.secret);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: two.login }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await page.content()).not.toContain(one.login);
  });
});

describe("two tabs", () => {
  it("are two sessions: one may end, and the other goes on", async () => {
    const actor = await browser.app.account();
    const other = await browser.app.accountToken(actor.login, { label: "other" });
    const first = await browser.open("/account/access", { secret: actor.secret });
    const second = await browser.open("/account/access", { secret: other.secret });
    await first.page.getByRole("button", { name: "Revoke other" }).click();
    await first.page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await first.page.getByText('"other" was revoked.').waitFor();
    // It may have asked already, by itself.
    await second.page.evaluate('dispatchEvent(new Event("visibilitychange"))');
    await second.page.getByText("You were signed out").waitFor();
    await first.page.getByText("Ended", { exact: true }).click();
    await first.page.getByRole("row").filter({ hasText: "revoked" }).waitFor();
  });

  it("see each other's changes when they get the focus", async () => {
    const actor = await browser.app.account();
    const { page } = await browser.open("/account/access", { secret: actor.secret });
    await page.getByText("1 in all").waitFor();
    await browser.app.accountToken(actor.login, { label: "from elsewhere" });
    await page.evaluate(
      'document.dispatchEvent(new Event("visibilitychange")), dispatchEvent(new Event("visibilitychange"))',
    );
    await page.getByRole("row").filter({ hasText: "from elsewhere" }).waitFor();
  });
});

describe("rotating the token that one is signed in with", () => {
  it("goes on with the new one", async () => {
    const actor = await browser.app.account();
    const { page } = await browser.open("/account/access", { secret: actor.secret });
    await page.getByRole("button", { name: "Rotate test" }).click();
    await page.getByRole("radio", { name: "Immediate" }).check();
    await page.getByText("These stop working until they have the new secret").waitFor();
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    const secret = await page.getByLabel("Secret", { exact: true }).inputValue();
    expect(await page.evaluate("Object.values(sessionStorage)")).toEqual([secret]);
    expect((await actor.client.send(TOKENS)).status).toBe(401);
    await page.getByRole("button", { name: "Copy the secret" }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.reload();
    await page.getByText("1 in all").waitFor();
  });

  it("shows the new one when something else is refused before the answer is there", async () => {
    const { secret } = await browser.app.account();
    const { page } = await browser.open("/account/access", { secret });
    await page.getByRole("button", { name: "Rotate test" }).click();
    await page.getByRole("radio", { name: "Immediate" }).check();
    await page.getByText("These stop working until they have the new secret").waitFor();
    await page.route("**/graphql", async (route) => {
      if (!route.request().postData()!.includes("rotateToken(")) return route.continue();
      const response = await route.fetch();
      const refused = page.waitForResponse((answer) => answer.status() === 401);
      await page.evaluate('dispatchEvent(new Event("visibilitychange"))');
      await refused;
      return route.fulfill({ response });
    });
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    await page.getByRole("button", { name: "Copy the secret" }).waitFor();
    expect(await page.evaluate("Object.values(sessionStorage)")).toEqual([
      await page.getByLabel("Secret", { exact: true }).inputValue(),
    ]);
  });
});
