import type { Page } from "playwright-core";
import type { TestApp } from "../support/kit";
import type { Shown } from "./shown";

const SLUG = "gh/vault/keys";

/** A site administrator, a secret that was found, and lines of every kind in the audit logs. */
export async function makeSite(app: TestApp): Promise<{ sara: string; found: string }> {
  const sara = await app.account({ login: "sara", name: "Sara Nunes", isSiteAdmin: true });
  await app.repository(SLUG);
  await app.account({ login: "api-gateway", kind: "SERVICE" });
  const leaver = await app.member("gh/vault", "ADMIN", await app.account({ login: "tom", name: "Tom Lee" }));
  await leaver.client.must("{ viewer { account { login } } }");
  const gone = await app.account({ login: "former-contractor" });
  await app.admin.must(
    'mutation($login: String!) { suspendAccount(input: { login: $login, reason: "contract over" }) { account { id } } }',
    { login: gone.login },
  );
  const by = leaver.client;
  const rotated = await app.repositoryToken(SLUG, "READ_ONLY", { label: "mirror", by });
  await by.must("mutation($id: ID!) { rotateToken(input: { id: $id }) { token { id } } }", {
    id: rotated.id,
  });
  await rotated.client.send("{ __typename }");
  const leaked = await app.repositoryToken(SLUG, "STATUS", { label: "readme", by });
  await app
    .client(null)
    .must(
      'mutation($secret: String!) { reportLeakedToken(input: { secret: $secret, url: "https://paste.example/4711" }) { accepted } }',
      { secret: leaked.secret },
    );
  const found = await app.repositoryToken(SLUG, "ADMIN", {
    label: "deploy",
    by,
    expiresAt: app.in(86_400_000),
  });
  await found.client.must("{ viewer { token { id } } }");
  return { sara: sara.secret, found: found.secret };
}

const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text }).first();

async function identify(page: Page, secret: string): Promise<void> {
  await page.getByLabel("Secret", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Identify" }).click();
}

export const sitePages: readonly Shown[] = [
  {
    name: "repository-audit",
    path: `/repositories/${SLUG}/audit`,
    as: "sara",
    ready: (page) => row(page, "Rotated-out secret").waitFor(),
  },
  {
    name: "repository-audit-refused",
    path: "/repositories/gh/acme/web/audit",
    as: "rob",
    ready: (page) => page.getByRole("alert").waitFor(),
  },
  {
    name: "organization-audit",
    path: "/organizations/gh/vault/audit",
    as: "sara",
    ready: (page) => row(page, "Member's role set").waitFor(),
  },
  {
    name: "account-audit",
    path: "/account/audit",
    as: "maria",
    ready: (page) => row(page, "Account created").waitFor(),
  },
  {
    name: "site-audit-alarms",
    path: "/site/audit",
    as: "sara",
    async ready(page) {
      await page.getByLabel("Only reused and leaked secrets").check();
      await page.getByText("2 in all").waitFor();
    },
  },
  {
    name: "site-audit-actions",
    path: "/site/audit",
    as: "sara",
    async ready(page) {
      await page.getByRole("combobox", { name: "Actions" }).click();
      await page.getByRole("option", { name: "Token rotated" }).waitFor();
    },
  },
  {
    name: "identify",
    path: "/identify",
    as: "sara",
    ready: (page) => page.getByRole("button", { name: "Identify" }).waitFor(),
  },
  {
    name: "identify-known",
    path: "/identify",
    as: "sara",
    async ready(page, { found }) {
      await identify(page, found);
      await page.getByText("1 use in the last 30 days.").waitFor();
    },
  },
  {
    name: "identify-unknown",
    path: "/identify",
    as: "sara",
    async ready(page) {
      await identify(page, "twr_nothing");
      await page.getByText("Unknown", { exact: true }).waitFor();
    },
  },
  {
    name: "identify-refused",
    path: "/identify",
    as: "maria",
    ready: (page) => page.getByRole("alert").waitFor(),
  },
  {
    name: "site-accounts",
    path: "/site/accounts",
    as: "sara",
    ready: (page) => row(page, "former-contractor").waitFor(),
  },
  {
    name: "site-accounts-create",
    path: "/site/accounts",
    as: "sara",
    async ready(page) {
      await page.getByRole("button", { name: "Create an account" }).click();
      await page.getByLabel("Login").fill("api-gateway");
      await page.getByRole("button", { name: "Create", exact: true }).click();
      await page.getByRole("alert").getByText("the login is taken").waitFor();
    },
  },
  {
    name: "site-account",
    path: "/site/accounts/tom",
    as: "sara",
    ready: (page) => row(page, "test").waitFor(),
  },
  {
    name: "site-account-organizations",
    path: "/site/accounts/tom/organizations",
    as: "sara",
    ready: (page) => row(page, "gh/vault").waitFor(),
  },
  {
    name: "site-account-suspended",
    path: "/site/accounts/former-contractor",
    as: "sara",
    ready: (page) => page.getByRole("button", { name: "Resume" }).waitFor(),
  },
  {
    name: "site-account-suspend",
    path: "/site/accounts/tom",
    as: "sara",
    async ready(page) {
      await page.getByRole("button", { name: "Suspend" }).click();
      await page.getByText("1 token stops working").waitFor();
    },
  },
  {
    name: "site-account-revoke",
    path: "/site/accounts/tom",
    as: "sara",
    async ready(page) {
      await page.getByRole("button", { name: "Revoke all of its tokens" }).click();
      await page.getByText("Its account tokens: 1").waitFor();
      await page.getByRole("dialog").getByRole("status").first().waitFor();
    },
  },
];
