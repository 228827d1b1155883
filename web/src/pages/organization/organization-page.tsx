import { Badge } from "@mantine/core";
import type { ReactNode } from "react";
import { Outlet, useLocation, useParams } from "react-router";
import { useAnswer } from "../../api/use-answer";
import { FailureAlert } from "../../pieces/failure-alert";
import { LinkTabs } from "../../pieces/link-tabs";
import { Page } from "../../pieces/page";
import { PendingPage } from "../../pieces/pending-page";
import { useViewer } from "../../session/session";
import { MissingPage } from "../missing-page";
import { OrganizationQuery } from "./operations";
import type { OrganizationSummary } from "./organization-context";
import { tabsFor } from "./tabs";

/** What stands around the pages of an organization. */
export function Component(): ReactNode {
  const { provider = "", name = "" } = useParams();
  const { account } = useViewer();
  const slug = `${provider}/${name}`;
  const { data, error, refetch } = useAnswer(OrganizationQuery, { slug });
  if (data === undefined) return <PendingPage title={slug} failure={error} onRetry={() => void refetch()} />;
  const { organization } = data;
  if (organization === null) return <MissingPage />;
  const isAdmin = organization.viewerRole === "ADMIN" || account.isSiteAdmin === true;
  return (
    <>
      {/* What is shown is from before: it could not be asked for again. */}
      <FailureAlert failure={error} />
      <Shown organization={{ ...organization, isAdmin }} key={organization.id} />
    </>
  );
}

function Shown({ organization }: { readonly organization: OrganizationSummary }): ReactNode {
  const { slug, viewerRole } = organization;
  const { pathname } = useLocation();
  const tabs = tabsFor(organization).map(({ path, label }) => ({
    to: ["/organizations", slug, path].filter(Boolean).join("/"),
    label,
  }));
  const current = tabs.find(({ to }) => to.toLowerCase() === pathname.replace(/\/$/, "").toLowerCase());
  return (
    <Page
      title={slug}
      windowTitle={current && `${current.label} - ${slug}`}
      actions={
        viewerRole && (
          <Badge variant="outline" title="Your role here">
            {viewerRole.toLowerCase()}
          </Badge>
        )
      }
    >
      <LinkTabs label="Organization" tabs={tabs} />
      <Outlet context={organization} />
    </Page>
  );
}
