import type { ReactNode } from "react";
import { RepositoryAudit } from "../../audit/audit-log";
import { ForAdmins } from "./for-admins";
import { useRepository } from "./repository";

/** Repository > Audit log. */
export const Component = (): ReactNode => (
  <ForAdmins>
    <RepositoryAudit slug={useRepository().slug} />
  </ForAdmins>
);
