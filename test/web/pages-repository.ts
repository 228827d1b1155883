import type { Page } from "playwright-core";
import type { Client } from "../support/client";
import type { TestApp } from "../support/kit";
import type { Shown } from "./shown";

const SLUG = "gh/acme/web";
const at = (rest = ""): string => `/repositories/${SLUG}${rest}`;

/** A repository with builds, with tokens that are used, and with people of every scope. */
export async function makeRepositories(app: TestApp): Promise<{ rita: string; rob: string }> {
  await app.repositories([SLUG, "gh/acme/api", "gl/umbrella-corporation/a-repository.with_a-long-name"]);
  await app.admin.must(
    'mutation($slug: String!) { updateRepository(input: { slug: $slug, description: "What customers see." }) { repository { id } } }',
    { slug: SLUG },
  );
  const rita = await app.account({ login: "rita", name: "Rita Ramos" });
  await app.member("gh/acme", "ADMIN", rita);
  await app.collaborator("gl/umbrella-corporation/a-repository.with_a-long-name", "STATUS", rita);
  const rob = await app.account({ login: "rob" });
  await app.collaborator(SLUG, "READ_ONLY", rob);
  await app.collaborator(SLUG, "ADMIN", await app.account({ login: "deploy-bot", kind: "SERVICE" }));
  for (const [branch, status, url] of [
    ["main", "FAILED", null],
    ["feature/faster-start", "RUNNING", "https://ci.example/2"],
    ["main", "SUCCESS", "https://ci.example/3"],
  ] as const) {
    await report(app.admin, { branch, status, url });
  }
  const by = rita.client;
  await app.repositoryToken(SLUG, "STATUS", { label: "readme badge", by });
  const coverage = await app.repositoryToken(SLUG, "READ_ONLY", { label: "coverage upload", by });
  await app.repositoryToken(SLUG, "ADMIN", { label: "release", by, expiresAt: app.in(30 * 86_400_000) });
  await coverage.client.must("{ viewer { token { id } } }");
  await by.must(
    'mutation($id: ID!) { rotateToken(input: { id: $id, label: "coverage upload, new", handover: ON_FIRST_USE }) { token { id } } }',
    { id: coverage.id },
  );
  await coverage.client.must("{ viewer { token { id } } }");
  return { rita: rita.secret, rob: rob.secret };
}

/** Says that a build of the repository is there. */
async function report(by: Client, build: object): Promise<void> {
  await by.must("mutation($input: ReportBuildInput!) { reportBuild(input: $input) { build { number } } }", {
    input: { repository: SLUG, commit: "4f2d1c0b9a8e7d6c5b4a39281706f5e4d3c2b1a0", ...build },
  });
}

const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text }).first();

/** The repository's tokens, with what a button there opens. */
const opened = (name: string, path: string, button: string, awaited: string): Shown => ({
  name,
  path: at(path),
  as: "rita",
  async ready(page) {
    await page.getByRole("button", { name: button, exact: true }).click();
    await page.getByRole("dialog").getByText(awaited).first().waitFor();
  },
});

const permissions = "/settings/api-permissions";

export const repositoryPages: readonly Shown[] = [
  {
    name: "repositories",
    path: "/repositories",
    as: "rita",
    ready: (page) => row(page, SLUG).waitFor(),
  },
  {
    name: "repositories-none-found",
    path: "/repositories?query=nothing",
    as: "rita",
    ready: (page) => page.getByText("You reach no repository like that.").waitFor(),
  },
  { name: "repository", path: at(), as: "rita", ready: (page) => row(page, "#3").waitFor() },
  { name: "repository-read-only", path: at(), as: "rob", ready: (page) => row(page, "#3").waitFor() },
  {
    name: "repository-status-only",
    path: "/repositories/gl/umbrella-corporation/a-repository.with_a-long-name",
    as: "rita",
    ready: (page) => page.getByText("Only the status").waitFor(),
  },
  {
    name: "repository-permissions",
    path: at(permissions),
    as: "rita",
    async ready(page) {
      await row(page, "coverage upload").waitFor();
      await page.getByRole("img", { name: /^Badge of/ }).waitFor();
    },
  },
  {
    name: "repository-permissions-refused",
    path: at(permissions),
    as: "rob",
    ready: (page) => page.getByText("Not allowed").waitFor(),
  },
  opened("repository-permissions-create", permissions, "Create a token", "Also reports builds"),
  opened("repository-permissions-delete", permissions, "Delete coverage upload", "These stop working"),
  opened("repository-permissions-usage", permissions, "Usage coverage upload", "since it was rotated"),
  opened("repository-permissions-rotate", permissions, "Rotate release", "On first use"),
  {
    name: "repository-permissions-secret",
    path: at(permissions),
    as: "rita",
    async ready(page) {
      await page.getByRole("button", { name: "Create a token for the badge" }).click();
      await page.getByRole("button", { name: "Create", exact: true }).click();
      await page.getByRole("dialog").getByLabel("HTML of the badge").first().waitFor();
    },
  },
  {
    name: "repository-collaborators",
    path: at("/collaborators"),
    as: "rita",
    ready: (page) => row(page, "deploy-bot").waitFor(),
  },
  opened("repository-collaborators-add", "/collaborators", "Add a collaborator", "Login"),
  opened("repository-collaborators-remove", "/collaborators", "Remove rob", "stay good"),
  {
    name: "repository-settings",
    path: at("/settings"),
    as: "rita",
    ready: (page) => page.getByLabel("Default branch").waitFor(),
  },
  opened("repository-settings-delete", "/settings", "Delete this repository", "tokens stop working"),
];
