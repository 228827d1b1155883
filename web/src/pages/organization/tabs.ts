import type { OrganizationSummary } from "./organization-context";

interface Tab {
  /** Below the organization's address; empty: at it. */
  readonly path: string;
  readonly label: string;
  /** Whom the API answers what it shows; left out: whoever sees the organization. */
  readonly isFor?: (organization: OrganizationSummary) => boolean;
}

const isMember = ({ isAdmin, viewerRole }: OrganizationSummary): boolean => isAdmin || viewerRole !== null;
const isAdmin = (organization: OrganizationSummary): boolean => organization.isAdmin;

const tabs: readonly Tab[] = [
  { path: "", label: "Repositories" },
  { path: "members", label: "Members", isFor: isMember },
  { path: "tokens", label: "Tokens", isFor: isAdmin },
  { path: "audit", label: "Audit log", isFor: isAdmin },
];

/** The tabs of an organization that are for the person who is signed in. */
export const tabsFor = (organization: OrganizationSummary): readonly Tab[] =>
  tabs.filter(({ isFor }) => isFor?.(organization) ?? true);
