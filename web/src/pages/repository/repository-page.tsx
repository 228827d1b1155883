import { Group } from "@mantine/core";
import type { ReactNode } from "react";
import { Outlet, useLocation, useParams } from "react-router";
import { useAnswer } from "../../api/use-answer";
import { FailureAlert } from "../../pieces/failure-alert";
import { LinkTabs } from "../../pieces/link-tabs";
import { Page } from "../../pieces/page";
import { PendingPage } from "../../pieces/pending-page";
import { MissingPage } from "../missing-page";
import { RepositoryQuery } from "./operations";
import { pathOf } from "./repository";
import { ScopeBadge } from "../../tokens/scopes";
import { tabsFor } from "./tabs";

/** What stands around the pages of a repository. */
export function Component(): ReactNode {
  const { provider = "", organization = "", name = "" } = useParams();
  const { pathname } = useLocation();
  const slug = `${provider}/${organization}/${name}`;
  const { data, error, refetch } = useAnswer(RepositoryQuery, { slug });
  if (data === undefined) return <PendingPage title={slug} failure={error} onRetry={() => void refetch()} />;
  const { repository } = data;
  if (repository === null) return <MissingPage />;
  const tabs = tabsFor(repository.viewerScope).map(({ path, label }) => ({
    to: [pathOf(slug), path].filter(Boolean).join("/"),
    label,
  }));
  const current = tabs.find(({ to }) => to.toLowerCase() === pathname.replace(/\/$/, "").toLowerCase());
  return (
    <Page
      title={repository.slug}
      windowTitle={current && `${current.label} - ${repository.slug}`}
      description={repository.description ?? undefined}
      actions={
        <Group gap="xs">
          <ScopeBadge scope={repository.viewerScope} of="ofAccount" />
        </Group>
      }
    >
      <FailureAlert failure={error} />
      <LinkTabs label="Repository" tabs={tabs} />
      <Outlet context={repository} key={repository.id} />
    </Page>
  );
}
