import type { ReactNode } from "react";
import { useList } from "../../api/use-list";
import { OrganizationLink } from "../../pieces/links";
import { PagedTable } from "../../pieces/paged-table";
import { useAccount } from "./account";
import { MembershipsQuery } from "./operations";

/** The organizations that an account is a member of. */
export function Component(): ReactNode {
  const { login } = useAccount();
  const list = useList(MembershipsQuery, { login }, ({ account }) => account?.organizations ?? null);
  return (
    <PagedTable
      label="Organizations"
      list={list}
      keyOf={({ organization }) => organization.id}
      empty="It is a member of none."
      columns={[
        { header: "Organization", cell: ({ organization }) => <OrganizationLink slug={organization.slug} /> },
        { header: "Role", cell: ({ role }) => role },
      ]}
    />
  );
}
