import type { ReactNode } from "react";
import { AccountAudit } from "../../audit/audit-log";
import { useAccount } from "./account";

/** What happened to an account. */
export const Component = (): ReactNode => <AccountAudit login={useAccount().login} />;
