import type { Page } from "playwright-core";
import { TestBrowser, type Tab } from "../support/browser";
import type { Actor, MadeToken } from "../support/kit";

let browser: TestBrowser;
let slug: string;
let admin: Actor;
beforeAll(async () => {
  browser = await TestBrowser.start();
});
beforeEach(async () => {
  slug = await browser.app.repository();
  admin = await browser.app.collaborator(slug, "ADMIN");
});
afterAll(() => browser.close());

const open = (actor = admin): Promise<Tab> =>
  browser.open(`/repositories/${slug}/settings/api-permissions`, { secret: actor.secret });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });
const rotateOnFirstUse = (token: MadeToken) =>
  admin.client.must(
    'mutation($id: ID!) { rotateToken(input: { id: $id, label: "new", handover: ON_FIRST_USE }) { secret } }',
    { id: token.id },
  );
const WHOAMI = "{ viewer { token { scope repository { slug } } } }";
const STATUS = "mutation($input: ReportBuildInput!) { reportBuild(input: $input) { build { id } } }";
const build = (status: string) => ({
  input: { repository: slug, branch: "main", commit: "4f2d1c0b9a", status },
});

describe("creating a repository token", () => {
  it("gives one with the scope that was chosen, and shows its secret this once", async () => {
    const { page, problems } = await open();
    await page.getByText("No tokens yet").waitFor();
    await button(page, "Create a token").click();
    await page.getByRole("radio", { name: "Admin" }).check();
    await page.getByLabel("Label", { exact: true }).fill("release");
    await button(page, "Create").click();
    const secret = await page.getByLabel("Secret", { exact: true }).inputValue();
    expect(await browser.app.client(secret).must(WHOAMI)).toEqual({
      viewer: { token: { scope: "ADMIN", repository: { slug } } },
    });
    await button(page, "Copy the secret").click();
    await button(page, "Done").click();
    expect(await row(page, "release").textContent()).toContain("Admin");
    expect(await page.content()).not.toContain(secret);
    expect(problems).toEqual([]);
  });

  it("says in the server's words what is wrong, and keeps all that was typed", async () => {
    const { page } = await open();
    await button(page, "Create a token").click();
    await page.getByRole("radio", { name: "Status" }).check();
    const label = page.getByLabel("Label", { exact: true });
    await label.fill("   ");
    await button(page, "Create").click();
    await page.getByRole("alert").getByText("label: must").waitFor();
    expect(await label.inputValue()).toBe("   ");
    expect(await page.getByRole("radio", { name: "Status" }).isChecked()).toBe(true);
    await label.fill("badge");
    await button(page, "Create").click();
    await page.getByRole("dialog", { name: '"badge" was created' }).waitFor();
  });

  it("makes no second one when the answer to the first try was lost", async () => {
    const { page } = await open();
    await button(page, "Create a token").click();
    await page.getByLabel("Label", { exact: true }).fill("once");
    await page.route("**/graphql", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await button(page, "Create").click();
    await page.getByText("The server could not be reached").first().waitFor();
    await page.unroute("**/graphql");
    await button(page, "Create").click();
    const secret = await page.getByLabel("Secret", { exact: true }).inputValue();
    expect(await browser.app.client(secret).code(WHOAMI)).toBe("OK");
    expect(
      await admin.client.must("query($slug: String!) { repository(slug: $slug) { tokens { totalCount } } }", {
        slug,
      }),
    ).toEqual({ repository: { tokens: { totalCount: 1 } } });
  });
});

describe("the badge", () => {
  it("is shown as the default branch is, without a token in any address", async () => {
    await admin.client.must(STATUS, build("FAILED"));
    const tab = await browser.open(`/repositories/${slug}`, { secret: admin.secret });
    const urls: string[] = [];
    tab.page.on("request", (request) => urls.push(request.url()));
    await tab.page.getByRole("link", { name: "API permissions" }).click();
    const image = tab.page.getByRole("img", { name: "Badge of main: failing" });
    await image.waitFor();
    expect(decodeURIComponent((await image.getAttribute("src")) ?? "")).toContain("failing");
    expect(urls).toContain(`${browser.app.url}/badge/${slug}.svg`);
    expect(urls.join()).not.toContain(admin.secret);
    expect(tab.problems).toEqual([]);
  });

  it("comes with a snippet that works as it is, and copying that is copying the secret", async () => {
    await admin.client.must(STATUS, build("SUCCESS"));
    const { page } = await open();
    await button(page, "Create a token for the badge").click();
    await button(page, "Create").click();
    const dialog = page.getByRole("dialog", { name: '"badge" was created' });
    const html = await dialog.getByLabel("HTML of the badge", { exact: true }).inputValue();
    const address = /img src="([^"]+)"/.exec(html)?.[1] ?? "";
    expect(await (await fetch(address)).text()).toContain("passing");
    await dialog.getByRole("button", { name: "Copy the HTML of the badge" }).click();
    await button(page, "Done").click();
    await row(page, "badge").waitFor();
  });
});

describe("a token that is in use", () => {
  it("is deleted when DELETE was typed, after it was said who stops working", async () => {
    const token = await browser.app.repositoryToken(slug, "READ_ONLY", { label: "coverage" });
    await token.client.must(WHOAMI);
    const { page, problems } = await open();
    await button(page, "Delete coverage").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("These stop working").waitFor();
    await dialog.getByText("node", { exact: true }).waitFor();
    const confirm = dialog.getByRole("button", { name: "Delete", exact: true });
    await dialog.getByLabel("Type DELETE to go on").fill("delete");
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel("Type DELETE to go on").fill("DELETE");
    await confirm.click();
    await page.getByText('"coverage" was deleted.').waitFor();
    expect((await token.client.send(WHOAMI)).status).toBe(401);
    await page.getByText("Ended", { exact: true }).click();
    expect(await row(page, "coverage").textContent()).toContain("revoked");
    expect(problems).toEqual([]);
  });

  it("is rotated, and its page tells who has not moved to the new secret", async () => {
    const token = await browser.app.repositoryToken(slug, "READ_ONLY", { label: "coverage" });
    const { page, problems } = await open();
    await button(page, "Rotate coverage").click();
    await page.getByText("nothing stops working while you replace it").waitFor();
    await page.getByLabel("Label", { exact: true }).fill("coverage, new");
    await button(page, "Rotate").click();
    await button(page, "Copy the secret").click();
    await button(page, "Done").click();
    await token.client.must(WHOAMI);
    await button(page, "Usage coverage").click();
    const dialog = page.getByRole("dialog", { name: 'Who still uses "coverage"' });
    await dialog.getByText("1 since it was rotated").waitFor();
    await dialog.getByRole("img", { name: /^Uses by day\. .*: 1 use$/ }).waitFor();
    const clients = dialog.getByRole("list", { name: "Latest clients" }).getByRole("listitem");
    expect(await clients.allTextContents()).toEqual([
      expect.stringMatching(/^node at 127\.0\.0\.1: 1 use, the last /),
    ]);
    expect(problems).toEqual([]);
  });

  it("is found by its scope and its state, at an address that can be sent on", async () => {
    await browser.app.repositoryToken(slug, "ADMIN", { label: "strong" });
    await browser.app.repositoryToken(slug, "STATUS", { label: "weak" });
    const { page } = await open();
    await row(page, "strong").waitFor();
    await page.getByRole("combobox", { name: "Scope" }).click();
    await page.getByRole("option", { name: "Status" }).click();
    await page.getByText("1 in all").waitFor();
    expect(await row(page, "strong").count()).toBe(0);
    const { page: other } = await browser.open(new URL(page.url()).pathname + new URL(page.url()).search, {
      secret: admin.secret,
    });
    await row(other, "weak").waitFor();
    expect(await row(other, "strong").count()).toBe(0);
  });
});

describe("who may not", () => {
  it("is not offered tokens with READ_ONLY, and is told why by a link that leads there", async () => {
    const member = await browser.app.collaborator(slug, "READ_ONLY");
    const { page, problems } = await open(member);
    await page.getByText("This needs the scope ADMIN").waitFor();
    expect(await page.getByRole("button", { name: "Create a token" }).count()).toBe(0);
    expect(
      await page.getByRole("navigation", { name: "Repository" }).getByRole("link").allTextContents(),
    ).toEqual(["Overview"]);
    expect(problems).toEqual([]);
  });

  it("is told what somebody took away meanwhile, and keeps what was typed", async () => {
    const { page } = await open();
    await button(page, "Create a token").click();
    await page.getByLabel("Label", { exact: true }).fill("late");
    await browser.app.collaborator(slug, "READ_ONLY", admin);
    await button(page, "Create").click();
    await page.getByRole("alert").getByText("Not allowed").waitFor();
    expect(await page.getByLabel("Label", { exact: true }).inputValue()).toBe("late");
  });
});

describe("two tabs", () => {
  it("cannot both end the same handover: the second is told what stands in its way", async () => {
    const token = await browser.app.repositoryToken(slug, "READ_ONLY", { label: "coverage" });
    await rotateOnFirstUse(token);
    const [one, two] = [await open(), await open()];
    for (const { page } of [one, two]) await button(page, "Finish coverage").click();
    await button(one.page, "End it now").click();
    await one.page.getByText("The old secret has ended.").waitFor();
    await button(two.page, "End it now").click();
    await two.page.getByRole("alert").getByText("Not possible now").waitFor();
    await button(two.page, "Cancel").click();
    expect((await token.client.send(WHOAMI)).status).toBe(401);
  });
});
