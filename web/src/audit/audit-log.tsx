import type { ReactNode } from "react";
import { useList } from "../api/use-list";
import { AuditTable } from "./audit-table";
import { useAuditFilter, variablesOf } from "./filter";
import {
  AccountAuditQuery,
  OrganizationAuditQuery,
  RepositoryAuditQuery,
  SiteAuditQuery,
} from "./operations";

// One for each thing that has an audit log. Page and filter are part of the address: one of them to a page.

export function RepositoryAudit({ slug }: { readonly slug: string }): ReactNode {
  const choice = useAuditFilter();
  const list = useList(
    RepositoryAuditQuery,
    { slug, ...variablesOf(choice.filter) },
    ({ repository }) => repository?.auditEvents ?? null,
  );
  return <AuditTable of="repository" list={list} choice={choice} />;
}

export function OrganizationAudit({ slug }: { readonly slug: string }): ReactNode {
  const choice = useAuditFilter();
  const list = useList(
    OrganizationAuditQuery,
    { slug, ...variablesOf(choice.filter) },
    ({ organization }) => organization?.auditEvents ?? null,
  );
  return <AuditTable of="organization" list={list} choice={choice} />;
}

export function AccountAudit({ login }: { readonly login: string }): ReactNode {
  const choice = useAuditFilter();
  const list = useList(
    AccountAuditQuery,
    { login, ...variablesOf(choice.filter) },
    ({ account }) => account?.auditEvents ?? null,
  );
  return <AuditTable of="account" list={list} choice={choice} />;
}

/** Everything: site administrators. */
export function SiteAudit(): ReactNode {
  const choice = useAuditFilter();
  const list = useList(SiteAuditQuery, variablesOf(choice.filter), ({ auditEvents }) => auditEvents);
  return <AuditTable of="site" list={list} choice={choice} />;
}
