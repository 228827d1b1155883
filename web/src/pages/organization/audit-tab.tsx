import type { ReactNode } from "react";
import { OrganizationAudit } from "../../audit/audit-log";
import { useOrganization } from "./organization-context";

/** Organization > Audit log: its own, and that of its repositories. */
export const Component = (): ReactNode => <OrganizationAudit slug={useOrganization().slug} />;
