import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser";
import type { Actor } from "../support/kit";
import { greet } from "../support/tokens";

jest.setTimeout(90_000);
let browser: TestBrowser;
beforeAll(async () => {
  browser = await TestBrowser.start();
});
afterAll(() => browser.close());

interface World {
  readonly slug: string;
  readonly admin: Actor;
  readonly repositories: readonly string[];
}

/** An organization with so many repositories, and an administrator of it. */
async function organizationWith(count: number): Promise<World> {
  const slug = await browser.app.organization();
  const repositories = Array.from(
    { length: count },
    (_, index) => `${slug}/r${String(index).padStart(5, "0")}`,
  );
  await browser.app.repositories(repositories);
  return { slug, repositories, admin: await browser.app.member(slug, "ADMIN") };
}

const open = ({ slug, admin }: World) =>
  browser.open(`/organizations/${slug}/tokens`, { secret: admin.secret });
const rowsOf = (csv: string): string[][] =>
  csv
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));

async function download(page: Page): Promise<{ name: string; rows: string[][] }> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the CSV" }).click(),
  ]);
  return { name: file.suggestedFilename(), rows: rowsOf(readFileSync(await file.path(), "utf8")) };
}

/** The repository that a secret reads, and its scope there. */
async function reached(secret: string): Promise<{ slug: string; scope: string }> {
  const { viewer } = await browser.app
    .client(secret)
    .must<{ viewer: { token: { scope: string }; repositories: { nodes: { slug: string }[] } } }>(
      "{ viewer { token { scope } repositories { nodes { slug } } } }",
    );
  return { slug: viewer.repositories.nodes[0]!.slug, scope: viewer.token.scope };
}

const liveTokens = async ({ slug, admin }: World): Promise<number> => {
  const { organization } = await admin.client.must<{ organization: { tokens: { totalCount: number } } }>(
    "query($slug: String!) { organization(slug: $slug) { tokens { totalCount } } }",
    { slug },
  );
  return organization.tokens.totalCount;
};

async function fillIn(page: Page, label: string): Promise<void> {
  await page.getByRole("button", { name: "Create for all repositories" }).click();
  await page.getByRole("dialog").getByLabel("Label").fill(label);
}

/** Uses are written down within a minute; a rotation, a dry run too, does not wait for that. */
const writeUsesDown = ({ slug, admin }: World) =>
  admin.client.must(
    "mutation($slug: String!) { rotateTokens(input: { organization: $slug, dryRun: true }) { rotatedCount } }",
    { slug },
  );

describe("creating tokens for all repositories", () => {
  it("says how many, and gives a CSV whose secrets work, each on its own repository", async () => {
    const world = await organizationWith(3);
    const { page, problems } = await open(world);
    await page.getByText("No token is in use").waitFor();
    await fillIn(page, "coverage");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("This creates 3 tokens: one for each repository").waitFor();
    await dialog.getByRole("radio", { name: "Status" }).check();
    expect(await liveTokens(world)).toBe(0);
    await dialog.getByRole("button", { name: "Create 3 tokens" }).click();
    const { name, rows } = await download(page);
    expect(name).toBe(`${world.slug.replace("/", "-")}-tokens.csv`);
    expect(rows[0]).toEqual(["repository", "token"]);
    expect(rows.slice(1).map(([repository]) => repository)).toEqual(world.repositories);
    for (const [slug, secret] of rows.slice(1)) {
      expect(await reached(secret!)).toEqual({ slug, scope: "STATUS" });
    }
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("3 in all").waitFor();
    expect(await page.content()).not.toContain(rows[1]![1]);
    expect(problems).toEqual([]);
  });

  it("is for those that are chosen, looked for on the server", async () => {
    const world = await organizationWith(40);
    const { page } = await open(world);
    await fillIn(page, "some");
    await page.getByRole("radio", { name: "Some of them" }).check();
    await page.getByRole("button", { name: "Create 0 tokens" }).waitFor();
    for (const name of ["r00038", "r00002"]) {
      await page.getByRole("combobox", { name: "Which ones" }).fill(name);
      await page.getByRole("option", { name }).click();
    }
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Create 2 tokens" }).click();
    const { rows } = await download(page);
    expect(rows.slice(1).map(([repository]) => repository)).toEqual([
      `${world.slug}/r00038`,
      `${world.slug}/r00002`,
    ]);
  });

  it("asks before secrets are left that were neither saved nor copied", async () => {
    const { page } = await open(await organizationWith(2));
    await page.getByRole("link", { name: "Members" }).click();
    await page.getByRole("link", { name: "Tokens" }).click();
    await fillIn(page, "unsaved");
    await page.getByRole("button", { name: "Create 2 tokens" }).click();
    await page.getByRole("button", { name: "Download the CSV" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("You have not saved the secrets").waitFor();
    await page.getByRole("button", { name: "Stay" }).click();
    await page.goBack();
    await page.getByText("You have not saved the secrets").waitFor();
    await page.getByRole("button", { name: "Stay" }).click();
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("keeps what was typed when the server refuses, and says why", async () => {
    const { page } = await open(await organizationWith(2));
    await fillIn(page, " ");
    await page.getByRole("button", { name: "Create 2 tokens" }).click();
    await page.getByRole("alert").getByText("label: ").waitFor();
    const label = page.getByRole("dialog").getByLabel("Label");
    expect(await label.inputValue()).toBe(" ");
    await label.fill("better");
    await page.getByRole("button", { name: "Create 2 tokens" }).click();
    expect((await download(page)).rows).toHaveLength(3);
  });

  it("takes several calls for more than a thousand; what was made before an error is kept, and the rest follows", async () => {
    const world = await organizationWith(1203);
    const { page } = await open(world);
    let calls = 0;
    // The answer to the second call is lost on the way, after the server has done what it asks.
    await page.route("**/graphql", async (route) => {
      const isCreation = route.request().postData()?.includes("CreateRepositoryTokens") === true;
      if (isCreation && (calls += 1) === 2) {
        await route.fetch();
        await route.abort();
      } else await route.continue();
    });
    await fillIn(page, "many");
    await page.getByRole("button", { name: "Create 1203 tokens" }).click();
    await page.getByText("1000 of 1203 are made.").waitFor();
    await page.getByRole("alert").getByText("The server could not be reached").waitFor();
    const first = await download(page);
    expect(first.rows).toHaveLength(1 + 1000);
    await page.getByRole("button", { name: "Go on with the other 203" }).click();
    await page.getByText("1203 tokens were made.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("You have not saved the secrets").waitFor();
    const { rows } = await download(page);
    expect(rows.slice(1).map(([repository]) => repository)).toEqual(world.repositories);
    expect(new Set(rows.map(([, secret]) => secret)).size).toBe(1 + 1203);
    expect(await greet(browser.app.client(rows[1203]![1]!))).toBe("welcome");
    expect(await liveTokens(world)).toBe(1203);
  });
});

describe("rotating all tokens", () => {
  it("says how many first, and gives a CSV of the new secrets; the old ones stay until those are used", async () => {
    const world = await organizationWith(2);
    const [one, two] = world.repositories;
    const old = await browser.app.repositoryToken(one!, "READ_ONLY", { label: 'say "hi", =1' });
    await browser.app.repositoryToken(two!, "ADMIN", { label: "=cmd" });
    const { page, problems } = await open(world);
    await page.getByRole("button", { name: "Rotate all" }).click();
    await page.getByText("2 tokens get new secrets").waitFor();
    await page.getByRole("button", { name: "Rotate 2 tokens" }).click();
    const { rows } = await download(page);
    expect(rows[0]).toEqual(["repository", "token", "label", "replaces"]);
    const [first, second] = [...rows.slice(1)].sort();
    expect(first!.slice(2).join()).toBe(`"say ""hi"", =1",${old.secret.slice(0, 8)}`);
    expect(second![2]).toBe("'=cmd");
    expect(await greet(old.client)).toBe("welcome");
    expect(await reached(first![1]!)).toEqual({ slug: one, scope: "READ_ONLY" });
    expect(await greet(old.client)).toBe("not found");
    expect(problems).toEqual([]);
  });

  it("ends the old secrets at once where that is asked, after it said how many are in use", async () => {
    const world = await organizationWith(1);
    const old = await browser.app.repositoryToken(world.repositories[0]!);
    await greet(old.client);
    const { page } = await open(world);
    await page.getByRole("button", { name: "Rotate all" }).click();
    await page.getByRole("radio", { name: "Immediate" }).check();
    await page.getByText("Services stop working until they have the new secret").waitFor();
    await page.getByRole("button", { name: "Rotate 1 token" }).click();
    const { rows } = await download(page);
    expect(await greet(old.client)).toBe("not found");
    expect(await greet(browser.app.client(rows[1]![1]!))).toBe("welcome");
  });

  it("takes several calls for more than a thousand, and rotates a line in handover once", async () => {
    const world = await organizationWith(1001);
    const { slug: organization, repositories, admin } = world;
    const oldest = await browser.app.repositoryToken(repositories[0]!);
    for (const slugs of [repositories.slice(0, 1000), repositories.slice(1000)]) {
      const names = slugs.map((slug) => slug.split("/")[2]);
      await admin.client.must(
        "mutation($input: CreateRepositoryTokensInput!) { createRepositoryTokens(input: $input) { tokens { token { id } } } }",
        { input: { organization, repositories: names, scope: "STATUS", label: "many" } },
      );
    }
    // Its successor is the newest of all tokens: the two are far apart in the list.
    await admin.client.must(
      "mutation($id: ID!) { rotateToken(input: { id: $id, handover: ON_FIRST_USE }) { token { id } } }",
      { id: oldest.id },
    );
    const { page } = await open(world);
    await page.getByRole("button", { name: "Rotate all" }).click();
    await page.getByRole("button", { name: "Rotate 1002 tokens" }).click();
    await page.getByText("1002 tokens were made.").waitFor();
    const { rows } = await download(page);
    expect(new Set(rows.map(([, secret]) => secret)).size).toBe(1 + 1002);
    const mine = rows.filter(([repository]) => repository === repositories[0]);
    expect(mine).toHaveLength(2);
    for (const [, secret] of mine) expect(await greet(browser.app.client(secret!))).toBe("welcome");
  });
});

describe("revoking all tokens", () => {
  it("says how many first, asks for the name of the organization, and ends those tokens alone", async () => {
    const world = await organizationWith(2);
    const tokens = await Promise.all(world.repositories.map((slug) => browser.app.repositoryToken(slug)));
    const elsewhere = await browser.app.repositoryToken(await browser.app.repository());
    await greet(tokens[0]!.client);
    await writeUsesDown(world);
    const { page, problems } = await open(world);
    await page.getByRole("button", { name: "Revoke all" }).click();
    await page.getByText("One of them was used in the last 30 days").waitFor();
    const revoke = page.getByRole("button", { name: "Revoke 2 tokens" });
    expect(await revoke.isDisabled()).toBe(true);
    await page.getByLabel(/^Type /).fill(world.slug.split("/")[1]!);
    await page.getByLabel("Reason").fill("breach");
    await revoke.click();
    await page.getByText("2 tokens were revoked.").waitFor();
    await page.getByText("No token is in use").waitFor();
    for (const token of tokens) expect(await greet(token.client)).toBe("not found");
    expect(await greet(elsewhere.client)).toBe("welcome");
    expect(problems).toEqual([]);
  });

  it("is not possible where there is nothing to end", async () => {
    const world = await organizationWith(1);
    const { page } = await open(world);
    await page.getByRole("button", { name: "Revoke all" }).click();
    await page.getByText("There is nothing to revoke").waitFor();
    await page.getByLabel(/^Type /).fill(world.slug.split("/")[1]!);
    expect(await page.getByRole("button", { name: "Revoke 0 tokens" }).isDisabled()).toBe(true);
  });
});

describe("a member who is no administrator", () => {
  it("is offered none of it, and finds nothing at the address", async () => {
    const { slug } = await organizationWith(1);
    const member = await browser.app.member(slug);
    const { page, problems } = await browser.open(`/organizations/${slug}`, { secret: member.secret });
    await page.getByText("1 in all").waitFor();
    const tabs = page.getByRole("navigation", { name: "Organization" }).getByRole("link");
    expect(await tabs.allTextContents()).toEqual(["Repositories", "Members"]);
    expect(await page.getByRole("button", { name: "Create a repository" }).count()).toBe(0);
    await page.goto(`/organizations/${slug}/tokens`);
    await page.getByRole("heading", { name: "Not found" }).waitFor();
    expect(await page.getByRole("button", { name: /all/ }).count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
