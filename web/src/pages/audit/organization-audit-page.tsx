import type { ReactNode } from "react";
import { useParams } from "react-router";
import { OrganizationAudit } from "../../audit/audit-log";
import { Page } from "../../pieces/page";

/** Organization > Audit log. */
export function Component(): ReactNode {
  const { provider = "", name = "" } = useParams();
  const slug = `${provider}/${name}`;
  return (
    <Page title="Audit log" description={slug}>
      <OrganizationAudit slug={slug} />
    </Page>
  );
}
