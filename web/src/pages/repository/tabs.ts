import type { Scope } from "../../tokens/scopes";

interface Tab {
  /** Below the repository's address; empty: at it. */
  readonly path: string;
  readonly label: string;
  /** Whom the API answers what it shows. */
  readonly isForAdmins?: boolean;
}

const tabs: readonly Tab[] = [
  { path: "", label: "Overview" },
  { path: "settings/api-permissions", label: "API permissions", isForAdmins: true },
  { path: "collaborators", label: "Collaborators", isForAdmins: true },
  { path: "audit", label: "Audit log", isForAdmins: true },
  { path: "settings", label: "Settings", isForAdmins: true },
];

/** The tabs of a repository that are for somebody with this scope on it. */
export const tabsFor = (scope: Scope): readonly Tab[] =>
  tabs.filter(({ isForAdmins = false }) => scope === "ADMIN" || !isForAdmins);
