import type { Page } from "playwright-core";
import type { TestApp } from "../support/kit";
import { makeOrganization, organizationPages } from "./pages-organization";
import { makeRepositories, repositoryPages } from "./pages-repository";
import { makeSite, sitePages } from "./pages-site";
import type { Shown, World } from "./shown";

/** What the pages show: some of everything. */
export async function makeWorld(app: TestApp): Promise<World> {
  const maria = await app.account({ login: "maria", name: "Maria Silva" });
  const laptop = await app.accountToken("maria", { label: "laptop", expiresAt: app.in(90 * 86_400_000) });
  await app.accountToken("maria", { label: "nightly backup of the registry" });
  await laptop.client.must("{ viewer { account { login } } }");
  await maria.client.must(
    "mutation($id: ID!) { rotateToken(input: { id: $id, handover: ON_FIRST_USE }) { token { id } } }",
    { id: laptop.id },
  );
  return {
    root: app.adminSecret,
    maria: maria.secret,
    ...(await makeRepositories(app)),
    ...(await makeOrganization(app)),
    ...(await makeSite(app)),
  };
}

const row = (page: Page, label: string) => page.getByRole("row").filter({ hasText: label }).first();

export const pages: readonly Shown[] = [
  {
    name: "sign-in",
    path: "/",
    ready: (page) => page.getByRole("button", { name: "Sign in" }).waitFor(),
  },
  {
    name: "account-access",
    path: "/account/access",
    as: "maria",
    ready: (page) => row(page, "nightly backup").waitFor(),
  },
  {
    name: "account-access-ended",
    path: "/account/access",
    as: "maria",
    async ready(page) {
      await page.getByText("Ended", { exact: true }).click();
      await page.getByText("No token has ended yet.").waitFor();
    },
  },
  {
    name: "account-access-create",
    path: "/account/access",
    as: "maria",
    async ready(page) {
      await page.getByRole("button", { name: "Create a token" }).click();
      await page.getByRole("dialog").getByLabel("Label").fill("ci");
    },
  },
  {
    name: "account-access-rotate",
    path: "/account/access",
    as: "maria",
    async ready(page) {
      await page.getByRole("button", { name: "Rotate nightly backup" }).click();
      await page.getByRole("dialog").getByText("Handover", { exact: true }).waitFor();
    },
  },
  {
    name: "account-access-revoke",
    path: "/account/access",
    as: "maria",
    async ready(page) {
      await page.getByRole("button", { name: "Revoke test" }).click();
      await page.getByRole("dialog").getByText("These stop working").waitFor();
    },
  },
  {
    name: "account-access-secret",
    path: "/account/access",
    as: "maria",
    async ready(page) {
      await page.getByRole("button", { name: "Create a token" }).click();
      await page.getByRole("dialog").getByLabel("Label").fill("ci");
      await page.getByRole("button", { name: "Create", exact: true }).click();
      await page.getByRole("button", { name: "Copy the secret" }).waitFor();
    },
  },
  ...repositoryPages,
  ...organizationPages,
  ...sitePages,
  {
    name: "not-found",
    path: "/account/nothing",
    as: "maria",
    ready: (page) => page.getByRole("heading", { name: "Not found" }).waitFor(),
  },
  {
    name: "playground",
    takesColoursOnce: true,
    path: "/graphql",
    as: "maria",
    ready: (page) => page.locator(".view-lines").first().getByText("viewer").first().waitFor(),
  },
];
