import { type Tab, TestBrowser } from "../support/browser";
import type { Actor } from "../support/kit";

jest.setTimeout(60_000);
let browser: TestBrowser;
beforeAll(async () => {
  browser = await TestBrowser.start();
});
afterAll(() => browser.close());

const ROTATE = "mutation($id: ID!) { rotateToken(input: { id: $id }) { secret } }";
const LEAK =
  'mutation($secret: String!) { reportLeakedToken(input: { secret: $secret, url: "https://paste.example/1" }) { accepted } }';

const rows = ({ page }: Tab) => page.getByRole("table", { name: "Audit log" }).getByRole("row");
const row = (tab: Tab, text: string) => rows(tab).filter({ hasText: text });

async function openAs(actor: Actor, path: string): Promise<Tab> {
  return browser.open(path, { secret: actor.secret });
}

describe("the audit log of a repository", () => {
  it("says in words what happened, to what, by whom, with which token and from where", async () => {
    const { app } = browser;
    const slug = await app.repository();
    const admin = await app.collaborator(slug, "ADMIN", await app.account({ name: "Rita Alves" }));
    await app.repositoryToken(slug, "STATUS", { label: "coverage", by: admin.client });
    const tab = await openAs(admin, `/repositories/${slug}/audit`);
    const created = row(tab, "Token created");
    await created.waitFor();
    const text = await created.textContent();
    for (const part of [
      "coverage",
      "twr_",
      "Scope: STATUS",
      admin.login,
      "with test",
      "twa_",
      "127.0.0.1",
      "node",
    ])
      expect(text).toContain(part);
    const time = created.locator("time");
    expect(await time.getAttribute("title")).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/);
    expect(tab.problems).toEqual([]);
  });

  it("lets reused and leaked secrets stand out, and shows them alone when asked", async () => {
    const { app } = browser;
    const slug = await app.repository();
    const admin = await app.collaborator(slug, "ADMIN");
    const rotated = await app.repositoryToken(slug, "READ_ONLY", { label: "rotated" });
    await admin.client.must(ROTATE, { id: rotated.id });
    expect((await rotated.client.send("{ __typename }")).status).toBe(401);
    const leaked = await app.repositoryToken(slug, "READ_ONLY", { label: "leaked" });
    await app.client(null).must(LEAK, { secret: leaked.secret });

    const tab = await openAs(admin, `/repositories/${slug}/audit`);
    await tab.page.getByLabel("Only reused and leaked secrets").check();
    await tab.page.getByText("2 in all").waitFor();
    expect(await row(tab, "Rotated-out secret presented again").textContent()).toContain("rotated");
    expect(await row(tab, "Secret reported as leaked").textContent()).toContain(
      "Found at: https://paste.example/1",
    );
    await tab.page.reload();
    await tab.page.getByText("2 in all").waitFor();
    await tab.page.getByRole("button", { name: "Show all" }).click();
    await row(tab, "Repository created").waitFor();
    expect(new URL(tab.page.url()).search).toBe("");
  });

  it("is filtered by actions and by time", async () => {
    const { app } = browser;
    const slug = await app.repository();
    const admin = await app.collaborator(slug, "ADMIN");
    const tab = await openAs(admin, `/repositories/${slug}/audit`);
    await tab.page.getByText("2 in all").waitFor();
    await tab.page.getByRole("combobox", { name: "Actions" }).click();
    await tab.page.getByRole("option", { name: "Collaborator's scope set" }).click();
    await tab.page.getByText("1 in all").waitFor();
    await tab.page.getByLabel("From", { exact: true }).fill("2200-01-01T00:00");
    await tab.page.getByText("Nothing of that kind happened.").waitFor();
    expect(new URL(tab.page.url()).searchParams.get("since")).toBe("2200-01-01T00:00:00.000Z");
  });

  it("is paged from the server, and a filter begins at the first page", async () => {
    const { app } = browser;
    const slug = await app.repository();
    const admin = await app.collaborator(slug, "ADMIN");
    for (let number = 0; number < 30; number += 1)
      await app.repositoryToken(slug, "STATUS", { label: `number ${number}` });
    const tab = await openAs(admin, `/repositories/${slug}/audit`);
    await tab.page.getByText("25 of 32").waitFor();
    expect(await row(tab, "Repository created").count()).toBe(0);
    await tab.page.getByRole("button", { name: "Next" }).click();
    await row(tab, "Repository created").waitFor();
    await tab.page.getByRole("combobox", { name: "Actions" }).click();
    await tab.page.getByRole("option", { name: "Token created" }).click();
    await row(tab, "number 29").waitFor();
  });

  it("says what it needs to whoever may only read there, and offers nothing", async () => {
    const { app } = browser;
    const slug = await app.repository();
    const reader = await app.collaborator(slug, "READ_ONLY");
    const { page } = await openAs(reader, `/repositories/${slug}/audit`);
    await page.getByText(`This needs the scope ADMIN on ${slug}, and you have READ_ONLY.`).waitFor();
    expect(await page.getByRole("combobox", { name: "Actions" }).count()).toBe(0);
  });

  it("is not found where the repository is hidden", async () => {
    const slug = await browser.app.repository();
    const { page } = await openAs(await browser.app.account(), `/repositories/${slug}/audit`);
    await page.getByText("There is nothing here, or nothing that you may see.").waitFor();
  });
});

describe("the other audit logs", () => {
  it("an organization's holds the lines of its repositories", async () => {
    const { app } = browser;
    const slug = await app.repository();
    const organization = slug.split("/").slice(0, 2).join("/");
    const admin = await app.member(organization, "ADMIN");
    const tab = await openAs(admin, `/organizations/${organization}/audit`);
    await row(tab, "Repository created").getByRole("link", { name: slug }).waitFor();
    expect(await row(tab, "Member's role set").textContent()).toContain("Role: ADMIN");
  });

  it("an account's own holds what happened to it and its tokens", async () => {
    const actor = await browser.app.account();
    const tab = await openAs(actor, "/account/audit");
    await row(tab, "Account created").waitFor();
    await row(tab, "Token created").waitFor();
    // Who made them is hidden from it.
    expect(await row(tab, "Account created").textContent()).toContain("Nobody signed in, or hidden");
  });

  it("the site's is offered to site administrators", async () => {
    const admin = await browser.app.account({ isSiteAdmin: true });
    const tab = await openAs(admin, "/account/audit");
    await tab.page.getByRole("link", { name: "Audit log of the site" }).click();
    await row(tab, "Account created").filter({ hasText: admin.login }).first().waitFor();
  });

  it("the site's is not offered to others, who are refused at its address in the server's words", async () => {
    const actor = await browser.app.account();
    const { page } = await openAs(actor, "/site/audit");
    const { errors } = await actor.client.send("{ auditEvents { totalCount } }");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain(errors[0]?.message);
    expect(await page.getByRole("link", { name: "Audit log of the site" }).count()).toBe(0);
  });
});
