import { TestBrowser } from "../support/browser";

const DAY_MS = 86_400_000;
let browser: TestBrowser;
beforeAll(async () => {
  browser = await TestBrowser.start({ env: { MAX_TOKENS_PER_ACCOUNT: "60" } });
});
afterAll(() => browser.close());

async function openAsSomebody() {
  const actor = await browser.app.account();
  const tab = await browser.open("/account/access", { secret: actor.secret });
  await tab.page.getByRole("row").nth(1).waitFor();
  return { actor, ...tab, page: tab.page, problems: tab.problems };
}

const LIST =
  "query($id: ID!) { node(id: $id) { ... on Token { label state expiresAt revokeReason replacedBy { id } } } }";

describe("creating a token", () => {
  it("shows the secret once, with advice, and asks before it is left uncopied", async () => {
    const { page, problems } = await openAsSomebody();
    await page.getByRole("link", { name: "Tokenward" }).click();
    await page.getByRole("button", { name: "Create a token" }).click();
    await page.getByLabel("Label").fill("deploy");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: '"deploy" was created' });
    const secret = await dialog.getByRole("textbox", { name: "Secret" }).inputValue();
    await dialog.getByText("environment variable").waitFor();
    expect((await browser.app.client(secret).send("{ viewer { token { label } } }")).data).toEqual({
      viewer: { token: { label: "deploy" } },
    });

    await page.keyboard.press("Escape");
    await dialog.getByText("You have not copied the secret").waitFor();
    await dialog.getByRole("button", { name: "Stay" }).click();
    expect(await dialog.getByRole("textbox", { name: "Secret" }).inputValue()).toBe(secret);
    await page.goBack();
    await dialog.getByText("You have not copied the secret").waitFor();
    await dialog.getByRole("button", { name: "Stay" }).click();
    expect(await dialog.getByRole("textbox", { name: "Secret" }).inputValue()).toBe(secret);

    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await dialog.getByRole("button", { name: "Copy the secret" }).click();
    await dialog.getByRole("button", { name: "Done" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(secret);
    await page.getByRole("row").filter({ hasText: "deploy" }).waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(problems).toEqual([]);
  });

  it("keeps what was typed when it is refused, and says why below the field", async () => {
    const { page } = await openAsSomebody();
    await page.getByRole("button", { name: "Create a token" }).click();
    await page.getByLabel("Label").fill("   ");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("alert").getByText("label: must be").waitFor();
    expect(await page.getByLabel("Label").inputValue()).toBe("   ");
    await page.getByLabel("Label").fill("well");
    await page.getByRole("combobox", { name: "Expires" }).click();
    await page.getByRole("option", { name: "At a date" }).click();
    await page.getByLabel("Date and time").fill("2001-02-03T04:05");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("alert").getByText("expiresAt:").waitFor();
    expect(await page.getByLabel("Label").inputValue()).toBe("well");
  });

  it("makes one token when the first answer is lost and it is tried again", async () => {
    const { page, actor } = await openAsSomebody();
    await page.getByRole("button", { name: "Create a token" }).click();
    await page.getByLabel("Label").fill("once");
    await page.getByRole("combobox", { name: "Expires" }).click();
    await page.getByRole("option", { name: "Never" }).click();
    await page.route("**/graphql", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByText("could not be reached").waitFor();
    await page.unroute("**/graphql");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    const secret = await page.getByLabel("Secret", { exact: true }).inputValue();
    const data = await actor.client.must<{ viewer: { account: { tokens: { totalCount: number } } } }>(
      "{ viewer { account { tokens { totalCount } } } }",
    );
    expect(data.viewer.account.tokens.totalCount).toBe(2);
    expect(await browser.app.client(secret).code("{ viewer { token { id } } }")).toBe("OK");
  });
});

describe("the list", () => {
  it("is paged by the address, so that a reload and the back button find the page", async () => {
    const { actor, page } = await openAsSomebody();
    for (let n = 0; n < 30; n += 1) await browser.app.accountToken(actor.login, { label: `token ${n}` });
    await page.reload();
    await page.getByText("25 of 31").waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("6 of 31").waitFor();
    await page.reload();
    await page.getByText("6 of 31").waitFor();
    await page.goBack();
    await page.getByText("25 of 31").waitFor();
    await page.goForward();
    await page.getByRole("button", { name: "Previous" }).click();
    await page.getByText("25 of 31").waitFor();
  });

  it("gives local times, with the exact instant on hover", async () => {
    const { page } = await openAsSomebody();
    const time = page.getByRole("row").nth(1).locator("time").first();
    const exact = await time.getAttribute("title");
    expect(exact).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const local = new Intl.DateTimeFormat("en-GB", {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone: "Europe/Lisbon",
    });
    expect(await time.textContent()).toBe(local.format(new Date(exact!)));
  });
});

describe("rotating", () => {
  it("with a handover keeps the old secret, shows who is awaited, and can be canceled", async () => {
    const { actor, page } = await openAsSomebody();
    const old = await browser.app.accountToken(actor.login, {
      label: "backup",
      expiresAt: browser.app.in(DAY_MS),
    });
    await page.reload();
    await page.getByRole("button", { name: "Rotate backup" }).click();
    await page.getByRole("dialog").getByText("stays good until the new one is first used").waitFor();
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    const secret = await page.getByLabel("Secret", { exact: true }).inputValue();
    await page.getByRole("button", { name: "Copy the secret" }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("its successor is unused").waitFor();
    await page.getByRole("button", { name: "Cancel rotation backup" }).click();
    await page.getByRole("button", { name: "Cancel the rotation" }).click();
    await page.getByText("The rotation was canceled.").waitFor();
    expect(await browser.app.client(secret).code("{ viewer { token { id } } }")).toBe("UNAUTHENTICATED");
    expect(await old.client.code("{ viewer { token { id } } }")).toBe("OK");
  });
});

describe("revoking", () => {
  it("says what will stop working before it happens, and keeps the reason", async () => {
    const { actor, page, problems } = await openAsSomebody();
    const token = await browser.app.accountToken(actor.login, { label: "nightly" });
    await token.client.send("{ viewer { token { id } } }", {}, { "user-agent": "nightly-job/1.0" });
    await page.reload();
    await page.getByRole("button", { name: "Revoke nightly" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("nightly-job/1.0").waitFor();
    await dialog.getByLabel("Reason").fill("laptop lost");
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await page.getByText('"nightly" was revoked.').waitFor();
    const { node } = await actor.client.must<{ node: object }>(LIST, { id: token.id });
    expect(node).toMatchObject({ state: "REVOKED", revokeReason: "laptop lost" });
    expect(problems).toEqual([]);
  });

  it("is done with the keyboard alone", async () => {
    const { actor, page } = await openAsSomebody();
    await browser.app.accountToken(actor.login, { label: "typed" });
    await page.reload();
    await page.getByRole("button", { name: "Revoke typed" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Nobody used it").waitFor();
    // What is harmless has the focus first.
    await dialog.getByRole("button", { name: "Cancel" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText('"typed" was revoked.').waitFor();
  });
});
