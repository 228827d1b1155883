import type { ReactNode } from "react";
import { RepositoryAudit } from "../../audit/audit-log";
import { useRepository } from "./repository";

/** Repository > Audit log. */
export const Component = (): ReactNode => <RepositoryAudit slug={useRepository().slug} />;
