import { TestBrowser } from "../support/browser";

jest.setTimeout(60_000);
let browser: TestBrowser;
beforeAll(async () => {
  browser = await TestBrowser.start();
});
afterAll(() => browser.close());

describe("the list of organizations", () => {
  it("has those of the person who is signed in, and leads to each", async () => {
    const [mine, other] = [await browser.app.organization(), await browser.app.organization()];
    const member = await browser.app.member(mine);
    const { page, problems } = await browser.open("/", { secret: member.secret });
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Organizations" }).click();
    await page.getByText("1 in all").waitFor();
    expect(await page.getByRole("link", { name: other }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Create an organization" }).count()).toBe(0);
    await page.getByRole("link", { name: mine }).click();
    await page.getByRole("heading", { name: mine }).waitFor();
    expect(page.url()).toBe(`${browser.app.url}/organizations/${mine}`);
    expect(problems).toEqual([]);
  });

  it("has all of them for site administrators, who create new ones and are told when a slug is taken", async () => {
    const taken = await browser.app.organization();
    const { page, problems } = await browser.open("/organizations", { secret: browser.app.adminSecret });
    await page.getByRole("button", { name: "Create an organization" }).click();
    const name = page.getByRole("dialog").getByLabel("Name");
    await name.fill(taken.split("/")[1]!);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("alert").getByText("the slug is taken").waitFor();
    await name.fill("hooli");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("heading", { name: "gh/hooli" }).waitFor();
    await page.goto("/organizations");
    await page.getByRole("searchbox", { name: "Search" }).fill("hool");
    await page.getByText("1 in all").waitFor();
    await page.getByRole("link", { name: "gh/hooli" }).waitFor();
    expect(problems).toEqual([]);
  });
});

describe("an organization that does not exist, and one that is hidden", () => {
  it("look the same", async () => {
    const hidden = await browser.app.organization();
    const outsider = await browser.app.account();
    const texts = [];
    for (const slug of [hidden, "gh/nothing"]) {
      const { page } = await browser.open(`/organizations/${slug}`, { secret: outsider.secret });
      await page.getByRole("heading", { name: "Not found" }).waitFor();
      texts.push(await page.getByRole("main").textContent());
    }
    expect(texts[0]).toBe(texts[1]);
  });
});

describe("the repositories of an organization", () => {
  it("are searched and paged by the server, ten thousand of them too", async () => {
    const slug = await browser.app.organization();
    await browser.app.repositories(
      Array.from({ length: 10_000 }, (_, index) => `${slug}/r${String(index).padStart(5, "0")}`),
    );
    const { secret } = await browser.app.member(slug);
    const { page, problems } = await browser.open(`/organizations/${slug}`, { secret });
    await page.getByText("25 of 10000").waitFor();
    expect(await page.getByRole("row").count()).toBe(1 + 25);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("link", { name: `${slug}/r00025` }).waitFor();
    const search = page.getByRole("searchbox", { name: "Search" });
    await search.fill("r0999");
    await page.getByText("10 in all").waitFor();
    await page.reload();
    await page.getByText("10 in all").waitFor();
    expect(await search.inputValue()).toBe("r0999");
    expect(await page.getByRole("link", { name: `${slug}/r09990` }).getAttribute("href")).toBe(
      `/repositories/${slug}/r09990`,
    );
    expect(problems).toEqual([]);
  });

  it("are created by its administrators, who are told what is wrong with a name", async () => {
    const slug = await browser.app.organization();
    const { secret } = await browser.app.member(slug, "ADMIN");
    const { page, problems } = await browser.open(`/organizations/${slug}`, { secret });
    await page.getByRole("button", { name: "Create a repository" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("a b");
    await dialog.getByLabel("Description").fill("The API");
    await dialog.getByRole("button", { name: "Create" }).click();
    await dialog.getByRole("alert").waitFor();
    expect(await dialog.getByLabel("Description").inputValue()).toBe("The API");
    await dialog.getByLabel("Name").fill("api");
    await dialog.getByRole("button", { name: "Create" }).click();
    await page.getByRole("row").filter({ hasText: "The API" }).waitFor();
    expect(problems).toEqual([]);
  });

  it("are, for a collaborator, those that they collaborate on; there is nothing else for them", async () => {
    const slug = await browser.app.organization();
    await browser.app.repositories([`${slug}/api`, `${slug}/web`]);
    const { secret } = await browser.app.collaborator(`${slug}/api`, "STATUS");
    const { page, problems } = await browser.open(`/organizations/${slug}`, { secret });
    await page.getByText("1 in all").waitFor();
    const tabs = page.getByRole("navigation", { name: "Organization" }).getByRole("link");
    expect(await tabs.allTextContents()).toEqual(["Repositories"]);
    await page.goto(`/organizations/${slug}/members`);
    await page.getByRole("heading", { name: "Not found" }).waitFor();
    expect(problems).toEqual([]);
  });
});

describe("the members of an organization", () => {
  it("are added, given another role and removed by its administrators", async () => {
    const slug = await browser.app.organization();
    const admin = await browser.app.member(slug, "ADMIN");
    const { login } = await browser.app.account();
    const { page, problems } = await browser.open(`/organizations/${slug}/members`, { secret: admin.secret });
    await page.getByRole("button", { name: "Add a member" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Login").fill("nobody-here");
    await dialog.getByRole("button", { name: "Add" }).click();
    await dialog.getByText("There is no account of this login.").waitFor();
    await dialog.getByLabel("Login").fill(login);
    await dialog.getByRole("button", { name: "Add" }).click();
    const row = page.getByRole("row").filter({ hasText: login });
    await row.getByText("member", { exact: true }).waitFor();

    await page.getByRole("button", { name: `Change role of ${login}` }).click();
    await dialog.getByRole("radio", { name: "Admin" }).check();
    await dialog.getByRole("button", { name: "Change" }).click();
    await row.getByText("admin", { exact: true }).waitFor();

    await page.getByRole("button", { name: `Remove ${login}` }).click();
    await dialog.getByText("stay good: revoke those apart").waitFor();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await row.waitFor({ state: "detached" });
    expect(problems).toEqual([]);
  });

  it("keep their last administrator: the refusal is in the server's words", async () => {
    const slug = await browser.app.organization();
    const admin = await browser.app.member(slug, "ADMIN");
    const { page } = await browser.open(`/organizations/${slug}/members`, { secret: admin.secret });
    const refusal = "the last administrator of an organization cannot be lost";
    await page.getByRole("button", { name: `Leave ${slug}` }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
    await page.getByRole("alert").getByText(refusal).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: `Change role of ${admin.login}` }).click();
    await page.getByRole("radio", { name: "Member" }).check();
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByRole("alert").getByText(refusal).waitFor();
    expect(await page.getByRole("radio", { name: "Member" }).isChecked()).toBe(true);
  });

  it("may leave, and are offered nothing about the others", async () => {
    const slug = await browser.app.organization();
    await browser.app.member(slug, "ADMIN");
    const member = await browser.app.member(slug);
    const { page, problems } = await browser.open(`/organizations/${slug}/members`, {
      secret: member.secret,
    });
    await page.getByText("2 in all").waitFor();
    const main = page.getByRole("main");
    expect(await main.getByRole("button").allTextContents()).toEqual(["Leave"]);
    await main.getByRole("button").click();
    await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
    await page.getByRole("heading", { name: "Not found" }).waitFor();
    expect(problems).toEqual([]);
  });
});
