import type { ReactNode } from "react";
import { useParams } from "react-router";
import { RepositoryAudit } from "../../audit/audit-log";
import { Page } from "../../pieces/page";

/** Repository > Audit log. */
export function Component(): ReactNode {
  const { provider = "", organization = "", name = "" } = useParams();
  const slug = `${provider}/${organization}/${name}`;
  return (
    <Page title="Audit log" description={slug}>
      <RepositoryAudit slug={slug} />
    </Page>
  );
}
