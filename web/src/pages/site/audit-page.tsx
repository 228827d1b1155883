import type { ReactNode } from "react";
import { SiteAudit } from "../../audit/audit-log";
import { Page } from "../../pieces/page";

/** Site administration > Audit log. */
export const Component = (): ReactNode => (
  <Page title="Audit log of the site" description="Everything that was changed, by anyone.">
    <SiteAudit />
  </Page>
);
