import type { ReactNode } from "react";
import { AccountAudit } from "../../audit/audit-log";
import { Page } from "../../pieces/page";
import { useViewer } from "../../session/session";

/** Account > Audit log: what happened to whoever is signed in, and to their tokens. */
export function Component(): ReactNode {
  const { account } = useViewer();
  return (
    <Page title="Audit log" description="What happened to your account, your tokens and your access.">
      <AccountAudit login={account.login} />
    </Page>
  );
}
