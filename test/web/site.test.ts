import { type Tab, TestBrowser } from "../support/browser";
import type { Actor } from "../support/kit";

jest.setTimeout(60_000);
let browser: TestBrowser;
let admin: Actor;
beforeAll(async () => {
  browser = await TestBrowser.start();
  admin = await browser.app.account({ login: "root", isSiteAdmin: true });
});
afterAll(() => browser.close());

const openAs = (actor: Actor, path: string): Promise<Tab> => browser.open(path, { secret: actor.secret });

async function choose({ page }: Tab, action: string) {
  await page.getByRole("button", { name: action, exact: true }).click();
  return page.getByRole("dialog");
}

describe("accounts", () => {
  it("are found by a part of their login or name, a page at a time", async () => {
    const { app } = browser;
    for (let number = 10; number < 40; number += 1) await app.account({ login: `found-${number}` });
    await app.account({ login: "elsewhere", name: "Not Found-Here" });
    const { page, problems } = await openAs(admin, "/account/access");
    await page.getByRole("link", { name: "Accounts" }).click();
    await page.getByRole("searchbox").fill("found-");
    await page.getByText("25 of 31").waitFor();
    expect(new URL(page.url()).searchParams.get("query")).toBe("found-");
    await page.getByRole("link", { name: "elsewhere" }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("link", { name: "found-39" }).waitFor();
    await page.getByRole("searchbox").fill("nobody");
    await page.getByText('None has "nobody"').waitFor();
    expect(problems).toEqual([]);
  });

  it("of a service is created with its first token, which is shown once and verifies", async () => {
    const { app } = browser;
    const { page, problems } = await openAs(admin, "/site/accounts?query=gateway");
    await page.getByRole("button", { name: "Create an account" }).click();
    await page.getByLabel("Login").fill("gateway");
    await page.getByRole("radio", { name: "Service" }).check();
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("dialog").getByLabel("Label").fill("first");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    const secret = await page.getByLabel("Secret", { exact: true }).inputValue();
    await page.getByRole("button", { name: "Copy the secret" }).click();
    await page.getByRole("button", { name: "Done" }).click();
    expect(await page.content()).not.toContain(secret);
    const verification = "query($secret: String!) { verifyToken(input: { secret: $secret }) { code } }";
    expect(await app.client(secret).must(verification, { secret: admin.secret })).toEqual({
      verifyToken: { code: "VALID" },
    });
    await page.getByRole("row").filter({ hasText: "gateway" }).getByText("service").waitFor();
    expect(problems).toEqual([]);
  });

  it("are refused in the server's words beside the field, and what was typed stays", async () => {
    const { page } = await openAs(admin, "/site/accounts");
    await page.getByRole("button", { name: "Create an account" }).click();
    await page.getByLabel("Login").fill("root");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("alert").getByText("the login is taken").waitFor();
    expect(await page.getByLabel("Login").inputValue()).toBe("root");
    await page.getByLabel("Login").fill("no good");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page
      .getByRole("textbox", { name: "Login", exact: false })
      .and(page.locator("[aria-invalid=true]"))
      .waitFor();
  });

  it("are not offered to others, who are refused at their addresses in the server's words", async () => {
    const actor = await browser.app.account();
    const { errors } = await actor.client.send("{ accounts { totalCount } }");
    const { page } = await openAs(actor, "/site/accounts");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain(errors[0]?.message);
    expect(await page.getByRole("button", { name: "Create an account" }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Accounts" }).count()).toBe(0);
    await page.goto(`/site/accounts/${admin.login}`);
    await page.getByText("There is nothing here, or nothing that you may see.").waitFor();
    await page.goto(`/site/accounts/${actor.login}`);
    await page.getByRole("heading", { name: actor.login }).waitFor();
    expect(await page.getByRole("button", { name: "Suspend" }).count()).toBe(0);
  });
});

describe("an account", () => {
  it("has its tokens, which a site administrator revokes", async () => {
    const owner = await browser.app.account();
    const tab = await openAs(admin, `/site/accounts/${owner.login}`);
    await tab.page.getByRole("button", { name: "Revoke test" }).click();
    await tab.page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await tab.page.getByText('"test" was revoked.').waitFor();
    expect((await owner.client.send("{ viewer { token { id } } }")).status).toBe(401);
    expect(tab.problems).toEqual([]);
  });

  it("has its organizations and its audit log", async () => {
    const { app } = browser;
    const organization = await app.organization();
    const member = await app.member(organization, "ADMIN");
    const { page } = await openAs(admin, `/site/accounts/${member.login}`);
    const tabs = page.getByRole("navigation", { name: member.login });
    await tabs.getByRole("link", { name: "Organizations" }).click();
    await page.getByRole("row").filter({ hasText: organization }).getByText("ADMIN").waitFor();
    await tabs.getByRole("link", { name: "Audit log" }).click();
    await page.getByRole("row").filter({ hasText: "Member's role set" }).waitFor();
  });

  it("is suspended after it was said what stops working, is sent away, and is resumed", async () => {
    const { app } = browser;
    const owner = await app.account();
    await owner.client.must("{ viewer { token { id } } }");
    const theirs = await openAs(owner, "/account/access");
    await theirs.page.getByText("1 in all").waitFor();

    const tab = await openAs(admin, `/site/accounts/${owner.login}`);
    const dialog = await choose(tab, "Suspend");
    await dialog.getByText("1 token stops working").waitFor();
    await dialog.getByText(/last used .* by .*node/).waitFor();
    await dialog.getByLabel("Reason").fill("left the company");
    await dialog.getByRole("button", { name: "Suspend" }).click();
    await tab.page.getByText("suspended", { exact: true }).waitFor();

    await theirs.page.getByText("Ended", { exact: true }).click();
    await theirs.page.getByText("You were signed out").waitFor();
    expect(await theirs.page.evaluate("Object.values(sessionStorage)")).toEqual([]);

    const resumption = await choose(tab, "Resume");
    await resumption.getByRole("button", { name: "Resume" }).click();
    await tab.page.getByText(`${owner.login} was resumed.`).waitFor();
    await theirs.page.getByLabel("Account token", { exact: true }).fill(owner.secret);
    await theirs.page.getByRole("button", { name: "Sign in" }).click();
    await theirs.page.getByRole("button", { name: owner.login }).waitFor();
  });

  it("loses all of its tokens and those that it made, after it was said how many", async () => {
    const { app } = browser;
    const slug = await app.repository();
    const owner = await app.collaborator(slug, "ADMIN");
    const made = await app.repositoryToken(slug, "STATUS", { by: owner.client });
    const tab = await openAs(admin, `/site/accounts/${owner.login}`);
    const dialog = await choose(tab, "Revoke all of its tokens");
    await dialog.getByText("2 tokens", { exact: true }).waitFor();
    expect(await dialog.getByRole("button", { name: "Revoke all" }).isDisabled()).toBe(true);
    await dialog.getByLabel(`Type ${owner.login} to go on`).fill(owner.login);
    await dialog.getByRole("button", { name: "Revoke all" }).click();
    await tab.page.getByText("2 tokens revoked.").waitFor();
    expect((await made.client.send("{ viewer { token { id } } }")).status).toBe(401);
  });

  it("is made site administrator, and renamed", async () => {
    const owner = await browser.app.account();
    const tab = await openAs(admin, `/site/accounts/${owner.login}`);
    const dialog = await choose(tab, "Make site administrator");
    await dialog.getByRole("button", { name: "Make site administrator" }).click();
    await tab.page.getByText("site admin", { exact: true }).waitFor();
    expect(await owner.client.code("{ accounts { totalCount } }")).toBe("OK");
    const naming = await choose(tab, "Change the name");
    await naming.getByLabel("Name").fill("Grace Hopper");
    await naming.getByRole("button", { name: "Save" }).click();
    await tab.page.getByText("Grace Hopper", { exact: false }).waitFor();
  });
});

describe("the last site administrator", () => {
  it("cannot be lost: the refusal is the server's", async () => {
    const lonely = await TestBrowser.start();
    try {
      const { page } = await lonely.open("/site/accounts", { secret: lonely.app.adminSecret });
      await page.getByRole("cell").getByRole("link").first().click();
      for (const [action, button] of [
        ["Remove as site administrator", "Remove"],
        ["Suspend", "Suspend"],
      ] as const) {
        await page.getByRole("button", { name: action, exact: true }).click();
        await page.getByRole("dialog").getByRole("button", { name: button, exact: true }).click();
        await page.getByRole("alert").getByText("the last site administrator cannot be lost").waitFor();
        await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
      }
    } finally {
      await lonely.close();
    }
  });
});
