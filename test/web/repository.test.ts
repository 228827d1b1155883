import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser";
import type { Actor } from "../support/kit";

let browser: TestBrowser;
let organization: string;
let slug: string;
let admin: Actor;
beforeAll(async () => {
  browser = await TestBrowser.start();
});
beforeEach(async () => {
  organization = await browser.app.organization();
  slug = await browser.app.repository(`${organization}/web`);
  admin = await browser.app.member(organization, "ADMIN");
});
afterAll(() => browser.close());

const open = (rest = "", { secret } = admin) => browser.open(`/repositories/${slug}${rest}`, { secret });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });
const links = (page: Page) => page.getByRole("table").getByRole("link").allTextContents();
const REPORT = "mutation($input: ReportBuildInput!) { reportBuild(input: $input) { build { id } } }";
const report = (branch: string, status: string, url?: string) =>
  admin.client.must(REPORT, {
    input: { repository: slug, branch, status, url, commit: "4f2d1c0b9a8e7d6c5b4a39281706f5e4d3c2b1a0" },
  });
const SCOPE = "query($slug: String!) { repository(slug: $slug) { viewerScope } }";

describe("the list of repositories", () => {
  const many = (): string[] =>
    Array.from({ length: 30 }, (_, index) => `${organization}/service-${String(index).padStart(2, "0")}`);

  it("has those that one reaches, a page at a time, and the address finds the page again", async () => {
    await browser.app.repositories(many());
    await browser.app.repository();
    const { page, problems } = await browser.open("/repositories", { secret: admin.secret });
    await page.getByText("25 of 31").waitFor();
    await button(page, "Next").click();
    await row(page, slug).waitFor();
    expect(await links(page)).toEqual([...many().slice(25), slug]);
    await page.reload();
    await row(page, slug).waitFor();
    await button(page, "Previous").click();
    await row(page, "service-00").waitFor();
    expect(problems).toEqual([]);
  });

  it("is searched by the server, from its first page on", async () => {
    await browser.app.repositories(many());
    const { page } = await browser.open("/repositories", { secret: admin.secret });
    await page.getByText("25 of 31").waitFor();
    await button(page, "Next").click();
    await row(page, slug).waitFor();
    await page.getByRole("searchbox", { name: "Search" }).fill("SERVICE-0");
    await page.getByText("10 in all").waitFor();
    expect(await links(page)).toEqual(many().slice(0, 10));
    await page.getByRole("searchbox", { name: "Search" }).fill("no such thing");
    await page.getByText("You reach no repository like that.").waitFor();
  });

  it("leads to a repository, and tells who reaches none how to come to one", async () => {
    const { page } = await browser.open("/repositories", { secret: admin.secret });
    await page.getByRole("link", { name: slug }).click();
    await page.getByRole("heading", { level: 1, name: slug }).waitFor();
    const { secret } = await browser.app.account();
    const other = await browser.open("/repositories", { secret });
    await other.page.getByText("You reach no repository yet").waitFor();
  });
});

describe("a repository's overview", () => {
  it("has its builds, the newest first, of all branches or of one", async () => {
    await report("main", "FAILED");
    await report("main", "SUCCESS", "https://ci.example/2");
    await report("fix", "RUNNING");
    const { page, problems } = await open();
    await page.getByText("3 in all").waitFor();
    expect(await page.getByRole("definition").first().textContent()).toBe("passing");
    expect(await page.getByRole("link", { name: "#2" }).getAttribute("href")).toBe("https://ci.example/2");
    await page.getByRole("searchbox", { name: "Branch" }).fill("main");
    await page.getByText("2 in all").waitFor();
    expect(await row(page, "fix").count()).toBe(0);
    expect(new URL(page.url()).search).toBe("?branch=main");
    await page.getByRole("searchbox", { name: "Branch" }).fill("gone");
    await page.getByText("No build of a branch called gone.").waitFor();
    expect(problems).toEqual([]);
  });

  it("shows the status alone to whoever may see no more", async () => {
    await report("main", "FAILED");
    const { page, problems } = await open("", await browser.app.collaborator(slug, "STATUS"));
    await page.getByText("Only the status").waitFor();
    expect(await page.getByRole("definition").allTextContents()).toEqual(["failing"]);
    expect(problems).toEqual([]);
  });

  it("is the same for what is hidden and what is not there", async () => {
    const outsider = await browser.app.account();
    const hidden = await open("", outsider);
    await hidden.page.getByRole("heading", { name: "Not found" }).waitFor();
    const missing = await browser.open("/repositories/gh/nobody/nothing", { secret: outsider.secret });
    await missing.page.getByRole("heading", { name: "Not found" }).waitFor();
    const text = (page: Page) => page.getByRole("main").textContent();
    expect(await text(hidden.page)).toBe(await text(missing.page));
  });
});

describe("collaborators", () => {
  it("are added, changed and removed, and it holds at once", async () => {
    const person = await browser.app.account();
    const scopeOf = () => person.client.send<{ repository: { viewerScope: string } | null }>(SCOPE, { slug });
    const { page, problems } = await open("/collaborators");
    await page.getByText("No collaborators yet").waitFor();
    await button(page, "Add a collaborator").click();
    await page.getByLabel("Login", { exact: true }).fill(person.login);
    await button(page, "Add").click();
    expect(await row(page, person.login).textContent()).toContain("Read only");
    expect((await scopeOf()).data?.repository?.viewerScope).toBe("READ_ONLY");

    await button(page, `Change ${person.login}`).click();
    await page.getByRole("radio", { name: "Admin" }).check();
    await button(page, "Change").click();
    await row(page, "Admin").waitFor();
    expect((await scopeOf()).data?.repository?.viewerScope).toBe("ADMIN");

    await button(page, `Remove ${person.login}`).click();
    await button(page, "Remove").click();
    await page.getByText("No collaborators yet").waitFor();
    expect((await scopeOf()).data?.repository).toBeNull();
    expect(problems).toEqual([]);
  });

  it("who are nobody are refused, and the login stays to be mended", async () => {
    const { page } = await open("/collaborators");
    await button(page, "Add a collaborator").click();
    await page.getByLabel("Login", { exact: true }).fill("nobody-at-all");
    await button(page, "Add").click();
    await page.getByRole("alert").getByText("not found", { exact: true }).waitFor();
    expect(await page.getByLabel("Login", { exact: true }).inputValue()).toBe("nobody-at-all");
  });
});

describe("a repository's settings", () => {
  it("change its description, and nothing that was not touched here", async () => {
    const { page, problems } = await open("/settings");
    await page.getByLabel("Description", { exact: true }).fill("What customers see.");
    await admin.client.must(
      'mutation($slug: String!) { updateRepository(input: { slug: $slug, defaultBranch: "trunk" }) { repository { id } } }',
      { slug },
    );
    await button(page, "Save").click();
    await page.getByText("The details were saved.").waitFor();
    expect(
      await admin.client.must(
        "query($slug: String!) { repository(slug: $slug) { description defaultBranch } }",
        { slug },
      ),
    ).toEqual({ repository: { description: "What customers see.", defaultBranch: "trunk" } });
    expect(problems).toEqual([]);
  });

  it("rename it, and go on at its new address; a name that is taken says so and stays to be mended", async () => {
    await browser.app.repository(`${organization}/taken`);
    const { page, problems } = await open("/settings");
    const name = page.getByLabel("Name", { exact: true });
    await name.fill("taken");
    await button(page, "Rename").click();
    await page.getByRole("alert").getByText("the slug is taken").waitFor();
    expect(await name.inputValue()).toBe("taken");
    await name.fill("site");
    await button(page, "Rename").click();
    await page.getByRole("heading", { level: 1, name: `${organization}/site` }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/repositories/${organization}/site/settings`);
    expect(problems).toEqual([]);
  });

  it("delete it when DELETE was typed, after its tokens were named; the other tab finds it gone", async () => {
    const token = await browser.app.repositoryToken(slug, "ADMIN", { label: "release" });
    const other = await open();
    await other.page.getByText("No build was reported yet.").waitFor();
    const { page, problems } = await open("/settings");
    await button(page, "Delete this repository").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Its token stops working").waitFor();
    await dialog.getByText("release").waitFor();
    await dialog.getByLabel("Type DELETE to go on").fill("DELETE");
    await button(page, "Delete").click();
    await page.getByText(`${slug} was deleted, and 1 token ended.`).waitFor();
    await page.getByRole("heading", { level: 1, name: "Repositories" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/repositories");
    expect((await token.client.send(SCOPE, { slug })).status).toBe(401);
    await other.page.getByRole("searchbox", { name: "Branch" }).focus();
    await other.page.evaluate('dispatchEvent(new Event("visibilitychange"))');
    await other.page.getByRole("heading", { name: "Not found" }).waitFor();
    expect(problems).toEqual([]);
  });
});
