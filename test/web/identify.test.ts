import { type Tab, TestBrowser } from "../support/browser";

jest.setTimeout(60_000);
let browser: TestBrowser;
beforeAll(async () => {
  browser = await TestBrowser.start();
});
afterAll(() => browser.close());

async function identify(tab: Tab, secret: string): Promise<void> {
  await tab.page.getByLabel("Secret", { exact: true }).fill(secret);
  await tab.page.getByRole("button", { name: "Identify" }).click();
}

const USES = "query($id: ID!) { node(id: $id) { ... on Token { usage { days { count } } } } }";

async function usesOf(id: string): Promise<number> {
  type Answer = { node: { usage: { days: { count: number }[] } } };
  const { node } = await browser.app.admin.must<Answer>(USES, { id });
  return node.usage.days.reduce((sum, { count }) => sum + count, 0);
}

describe("identifying a token", () => {
  it("says whose it is, what it may and where it is used, without counting as a use", async () => {
    const { app } = browser;
    const admin = await app.account({ isSiteAdmin: true });
    const slug = await app.repository();
    const token = await app.repositoryToken(slug, "ADMIN", { label: "deploy" });
    await token.client.must("{ viewer { token { id } } }");

    const tab = await browser.open("/account/access", { secret: admin.secret });
    await tab.page.getByRole("link", { name: "Identify a token" }).click();
    await identify(tab, ` ${token.secret}\n`);
    await tab.page.getByText("Accepted", { exact: true }).waitFor();
    await tab.page.getByRole("heading", { name: "deploy" }).waitFor();
    await tab.page.getByText("1 use in the last 30 days.").waitFor();
    const text = await tab.page.getByRole("main").textContent();
    for (const part of ["Repository token", "active", slug, "ScopeADMIN", "127.0.0.1"])
      expect(text).toContain(part);
    await tab.page.getByRole("img", { name: /1 use/ }).waitFor();
    expect(await usesOf(token.id)).toBe(1);
    expect(tab.problems).toEqual([]);
  });

  it("forgets the secret: it is in no address, no storage and no longer on the page", async () => {
    const { app } = browser;
    const admin = await app.account({ isSiteAdmin: true });
    const { secret } = await app.account({ name: "Grace" });
    const tab = await browser.open("/identify", { secret: admin.secret });
    const addresses: string[] = [];
    tab.page.on("request", (request) => addresses.push(request.url()));
    await identify(tab, secret);
    await tab.page.getByText("(Grace)").waitFor();
    expect(await tab.page.getByLabel("Secret", { exact: true }).inputValue()).toBe("");
    expect(await tab.page.content()).not.toContain(secret);
    expect(await tab.page.evaluate("JSON.stringify([sessionStorage, localStorage])")).not.toContain(secret);
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.join()).not.toContain(secret);
    expect(tab.page.url()).not.toContain(secret);
  });

  it("revokes it on the spot", async () => {
    const { app } = browser;
    const admin = await app.account({ isSiteAdmin: true });
    const owner = await app.account();
    const tab = await browser.open("/identify", { secret: admin.secret });
    await identify(tab, owner.secret);
    await tab.page.getByRole("button", { name: "Revoke" }).click();
    const dialog = tab.page.getByRole("dialog");
    await dialog.getByLabel("Reason").fill("found in a paste");
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await tab.page.getByText("its secret is refused", { exact: false }).waitFor();
    await tab.page.getByText("found in a paste").waitFor();
    expect(await tab.page.getByRole("button", { name: "Revoke" }).count()).toBe(0);
    expect((await owner.client.send("{ viewer { token { id } } }")).status).toBe(401);
  });

  it("tells a service what it may know, and that it may not revoke the token of another", async () => {
    const { app } = browser;
    const service = await app.account({ kind: "SERVICE" });
    const owner = await app.account();
    const tab = await browser.open("/identify", { secret: service.secret });
    await identify(tab, owner.secret);
    await tab.page.getByText(owner.login, { exact: false }).waitFor();
    await tab.page.getByText("You may neither revoke it", { exact: false }).waitFor();
    expect(await tab.page.getByRole("button", { name: "Revoke" }).count()).toBe(0);
    expect(tab.problems).toEqual([]);
  });

  it("lets a service revoke what is its own", async () => {
    const { app } = browser;
    const service = await app.account({ kind: "SERVICE" });
    const other = await app.accountToken(service.login, { label: "other" });
    const tab = await browser.open("/identify", { secret: service.secret });
    await identify(tab, other.secret);
    await tab.page.getByRole("button", { name: "Revoke" }).waitFor();
  });

  it.each([
    ["nothing", "Unknown"],
    [`twa_${"0".repeat(38)}`, "Unknown"],
  ])("says no more of an unknown secret than that: %s", async (secret, title) => {
    const admin = await browser.app.account({ isSiteAdmin: true });
    const tab = await browser.open("/identify", { secret: admin.secret });
    await identify(tab, secret);
    await tab.page.getByText(title, { exact: true }).waitFor();
  });

  it("says that a token is refused because its owner is suspended", async () => {
    const { app } = browser;
    const admin = await app.account({ isSiteAdmin: true });
    const owner = await app.account();
    await app.admin.must(
      "mutation($login: String!) { suspendAccount(input: { login: $login }) { account { id } } }",
      { login: owner.login },
    );
    const tab = await browser.open("/identify", { secret: admin.secret });
    await identify(tab, owner.secret);
    await tab.page.getByText("Its owner is suspended", { exact: false }).waitFor();
  });

  it("is not offered to others, who are refused at its address in the server's words", async () => {
    const actor = await browser.app.account();
    const { page } = await browser.open("/identify", { secret: actor.secret });
    const { errors } = await actor.client.send("{ verifyTokens(inputs: []) { code } }");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain(errors[0]?.message);
    expect(await page.getByLabel("Secret", { exact: true }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Identify a token" }).count()).toBe(0);
  });
});
