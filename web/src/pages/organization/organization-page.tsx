import { Badge, Loader, Stack, Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import { Outlet, useLocation, useNavigate, useParams } from "react-router";
import { useAnswer } from "../../api/use-answer";
import { FailureAlert } from "../../pieces/failure-alert";
import { Page } from "../../pieces/page";
import { useViewer } from "../../session/session";
import { usePageTitle } from "../../shell/page-title";
import { MissingPage } from "../missing-page";
import { OrganizationQuery } from "./operations";
import type { OrganizationSummary } from "./organization-context";

interface Tab {
  /** The last part of the address. */
  readonly path: string;
  readonly label: string;
  /** Left out: whoever sees the organization. */
  readonly isFor?: (organization: OrganizationSummary) => boolean;
}

const isAdmin = (organization: OrganizationSummary): boolean => organization.isAdmin;

const repositories: Tab = { path: "", label: "Repositories" };
const tabs: readonly Tab[] = [
  repositories,
  {
    path: "members",
    label: "Members",
    isFor: (organization) => organization.isAdmin || organization.viewerRole !== null,
  },
  { path: "tokens", label: "Tokens", isFor: isAdmin },
];

/** An organization: each tab has an address of its own, which begins with its slug. */
export function Component(): ReactNode {
  const { provider = "", name = "" } = useParams();
  const { account } = useViewer();
  const slug = `${provider}/${name}`;
  const { data, error } = useAnswer(OrganizationQuery, { slug });
  if (data === undefined)
    return error === null ? (
      <Loader aria-label="Loading the organization" />
    ) : (
      <FailureAlert failure={error} />
    );
  if (data.organization === null) return <MissingPage />;
  const { viewerRole } = data.organization;
  const mayAll = viewerRole === "ADMIN" || account.isSiteAdmin === true;
  return <Shown organization={{ ...data.organization, isAdmin: mayAll }} />;
}

function Shown({ organization }: { readonly organization: OrganizationSummary }): ReactNode {
  const { slug, viewerRole } = organization;
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const part = pathname.split("/")[4] ?? "";
  const shown = tabs.filter(({ isFor }) => isFor?.(organization) ?? true);
  const current = shown.find(({ path }) => path === part) ?? repositories;
  usePageTitle(`${slug}: ${current.label}`);
  return (
    <Page
      title={slug}
      actions={
        viewerRole && (
          <Badge variant="outline" title="Your role here">
            {viewerRole.toLowerCase()}
          </Badge>
        )
      }
    >
      <Tabs
        value={current.path === "" ? "repositories" : current.path}
        onChange={(path) =>
          void navigate(path === "repositories" ? `/organizations/${slug}` : `/organizations/${slug}/${path}`)
        }
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {shown.map(({ path, label }) => (
            <Tabs.Tab key={path} value={path === "" ? "repositories" : path}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={current.path === "" ? "repositories" : current.path}>
          <Stack>
            <Outlet context={organization} />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
