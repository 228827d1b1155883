import type { Page } from "playwright-core";
import type { TestApp } from "../support/kit";
import type { Shown } from "./shown";

const SLUG = "gh/initech";
const at = (rest = ""): string => `/organizations/${SLUG}${rest}`;

/** An organization with more repositories than a page holds, members of both roles, and tokens in every state. */
export async function makeOrganization(app: TestApp): Promise<{ olga: string; milton: string }> {
  const names = ["api", "billing", "coverage-reporter", "documentation", "web"];
  const services = Array.from({ length: 30 }, (_, index) => `service-${String(index + 1).padStart(2, "0")}`);
  await app.repositories([...names, ...services].map((name) => `${SLUG}/${name}`));
  await app.organization("gl/a-rather-long-name-of-an-organization.with_everything");
  const olga = await app.account({ login: "olga", name: "Olga Oliveira" });
  const milton = await app.account({ login: "milton", name: "Milton Waddams" });
  await app.member(SLUG, "ADMIN", olga);
  await app.member("gl/a-rather-long-name-of-an-organization.with_everything", "MEMBER", olga);
  await app.member(SLUG, "MEMBER", milton);
  await app.member(SLUG, "MEMBER", await app.account({ login: "report-bot", kind: "SERVICE" }));
  await app.admin.must(
    'mutation($slug: String!) { updateRepository(input: { slug: $slug, description: "What customers call." }) { repository { id } } }',
    { slug: `${SLUG}/api` },
  );
  const by = olga.client;
  const coverage = await app.repositoryToken(`${SLUG}/api`, "READ_ONLY", { label: "coverage", by });
  await app.repositoryToken(`${SLUG}/web`, "STATUS", { label: "readme badge", by });
  await app.repositoryToken(`${SLUG}/billing`, "ADMIN", {
    label: "release of the billing service",
    by,
    expiresAt: app.in(30 * 86_400_000),
  });
  await coverage.client.must("{ viewer { token { id } } }");
  await by.must(
    "mutation($id: ID!) { rotateToken(input: { id: $id, handover: ON_FIRST_USE }) { token { id } } }",
    { id: coverage.id },
  );
  return { olga: olga.secret, milton: milton.secret };
}

/** What a button on a tab opens. */
const opened = (name: string, tab: string, button: string, awaited: string): Shown => ({
  name,
  path: at(tab),
  as: "olga",
  async ready(page) {
    await page.getByRole("button", { name: button }).click();
    await page.getByRole("dialog").getByText(awaited).first().waitFor();
  },
});

const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text }).first();

export const organizationPages: readonly Shown[] = [
  { name: "organizations", path: "/organizations", as: "olga", ready: (page) => row(page, SLUG).waitFor() },
  {
    name: "organizations-of-a-site-administrator",
    path: "/organizations?query=init",
    as: "root",
    ready: (page) => row(page, SLUG).waitFor(),
  },
  {
    name: "organizations-create",
    path: "/organizations",
    as: "root",
    async ready(page) {
      await page.getByRole("button", { name: "Create an organization" }).click();
      await page.getByRole("dialog").getByLabel("Name").fill("umbrella");
    },
  },
  {
    name: "organization-repositories",
    path: at(),
    as: "olga",
    ready: (page) => page.getByText("25 of 35").waitFor(),
  },
  {
    name: "organization-repositories-none",
    path: at("?query=nothing"),
    as: "milton",
    ready: (page) => page.getByText('No repository has "nothing" in its name.').waitFor(),
  },
  opened("organization-repositories-create", "", "Create a repository", "Default branch"),
  {
    name: "organization-members",
    path: at("/members"),
    as: "olga",
    ready: (page) => row(page, "milton").waitFor(),
  },
  {
    name: "organization-members-of-a-member",
    path: at("/members"),
    as: "milton",
    ready: (page) => row(page, "olga").waitFor(),
  },
  opened("organization-members-add", "/members", "Add a member", "Login"),
  opened("organization-members-remove", "/members", "Remove milton", "stay good"),
  {
    name: "organization-tokens",
    path: at("/tokens"),
    as: "olga",
    ready: (page) => row(page, "release of the billing").waitFor(),
  },
  opened("organization-tokens-create", "/tokens", "Create for all repositories", "This creates 35 tokens"),
  {
    name: "organization-tokens-create-some",
    path: at("/tokens"),
    as: "olga",
    async ready(page) {
      await page.getByRole("button", { name: "Create for all repositories" }).click();
      await page.getByRole("radio", { name: "Some of them" }).check();
      const which = page.getByRole("combobox", { name: "Which ones" });
      for (const name of ["billing", "service-07"]) {
        await which.fill(name);
        await page.getByRole("option", { name }).click();
      }
      await which.press("Escape");
    },
  },
  {
    name: "organization-tokens-created",
    path: at("/tokens"),
    as: "olga",
    async ready(page) {
      await page.getByRole("button", { name: "Create for all repositories" }).click();
      await page.getByRole("dialog").getByLabel("Label").fill("nightly");
      await page.getByRole("button", { name: "Create 35 tokens" }).click();
      await page.getByText("35 tokens were made.").waitFor();
    },
  },
  {
    name: "organization-tokens-rotate",
    path: at("/tokens"),
    as: "olga",
    async ready(page) {
      await page.getByRole("button", { name: "Rotate all" }).click();
      await page.getByText("new secrets").waitFor();
      await page.getByRole("radio", { name: "Immediate" }).check();
      await page.getByRole("dialog").getByText("in the last 30 days").waitFor();
    },
  },
  {
    name: "organization-tokens-revoke",
    path: at("/tokens"),
    as: "olga",
    async ready(page) {
      await page.getByRole("button", { name: "Revoke all" }).click();
      await page.getByRole("dialog").getByText("in the last 30 days").waitFor();
    },
  },
];
