import { TestBrowser } from "../support/browser";

let browser: TestBrowser;
beforeAll(async () => {
  browser = await TestBrowser.start();
});
afterAll(() => browser.close());

async function signInWith(secret: string) {
  const tab = await browser.open("/account/access");
  await tab.page.getByLabel("Account token", { exact: true }).fill(secret);
  await tab.page.getByRole("button", { name: "Sign in" }).click();
  return tab;
}

describe("signing in", () => {
  it("leads to the page that was asked for, and keeps the token for the tab alone", async () => {
    const { secret, login } = await browser.app.account({ login: "ada" });
    const { page, problems } = await signInWith(` ${secret}\n`);
    await page.getByRole("heading", { name: "Access management" }).waitFor();
    expect(await page.getByRole("button", { name: login }).isVisible()).toBe(true);
    expect(page.url()).toBe(`${browser.app.url}/account/access`);
    expect(await page.context().cookies()).toEqual([]);
    expect(await page.evaluate("JSON.stringify(localStorage)")).not.toContain(secret);
    expect(await page.evaluate("Object.values(sessionStorage)")).toEqual([secret]);

    await page.reload();
    await page.getByRole("heading", { name: "Access management" }).waitFor();
    const other = await page.context().newPage();
    await other.goto("/account/access");
    await other.getByRole("heading", { name: "Sign in to Tokenward" }).waitFor();
    expect(problems).toEqual([]);
  });

  it("ends with the sign-out, and leaves nothing behind", async () => {
    const { secret, login } = await browser.app.account();
    const { page } = await signInWith(secret);
    await page.getByRole("button", { name: login }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in to Tokenward" }).waitFor();
    expect(await page.evaluate("Object.values(sessionStorage)")).toEqual([]);
    expect(await page.content()).not.toContain(login);
    await page.reload();
    await page.getByRole("heading", { name: "Sign in to Tokenward" }).waitFor();
  });

  it.each(["twa_nothing", "é", `twa_${"0".repeat(38)}`])(
    "is refused in the server's words: %s",
    async (secret) => {
      const { page, problems } = await signInWith(secret);
      const alert = page.getByRole("alert");
      await alert.getByText("This token is not accepted").waitFor();
      expect(await alert.textContent()).toContain("not found");
      expect(await page.getByLabel("Account token", { exact: true }).inputValue()).toBe(secret);
      expect(await page.evaluate("Object.values(sessionStorage)")).toEqual([]);
      expect(problems).toEqual([]);
    },
  );

  it("says that an expired token is expired", async () => {
    const { app } = browser;
    const actor = await app.account({ expiresAt: app.in(60_000) });
    app.pass(120_000);
    const { page } = await signInWith(actor.secret);
    await page.getByRole("alert").getByText("token expired").waitFor();
  });

  it("tells the holder of a repository token politely what the console is for", async () => {
    const { secret } = await browser.app.repositoryToken(await browser.app.repository(), "ADMIN");
    const { page } = await signInWith(secret);
    await page.getByRole("alert").getByText("the console is for accounts").waitFor();
    expect(await page.evaluate("Object.values(sessionStorage)")).toEqual([]);
  });
});
