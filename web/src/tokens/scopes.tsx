import { Badge } from "@mantine/core";
import type { ReactNode } from "react";

export type Scope = "STATUS" | "READ_ONLY" | "ADMIN";

interface Described {
  readonly scope: Scope;
  readonly name: string;
  /** What a repository token with it may do. */
  readonly ofToken: string;
  /** What an account with it may do. */
  readonly ofAccount: string;
}

/** From the least to the highest: each allows what the ones before it allow. */
export const scopes: readonly Described[] = [
  {
    scope: "STATUS",
    name: "Status",
    ofToken:
      "Reads the build status, and nothing else: right for a badge, the one place where a token may stand in a URL.",
    ofAccount: "Sees that the repository exists, and its build status.",
  },
  {
    scope: "READ_ONLY",
    name: "Read only",
    ofToken: "Also reads the description, the default branch and the builds.",
    ofAccount: "Also reads the description, the default branch and the builds.",
  },
  {
    scope: "ADMIN",
    name: "Admin",
    ofToken:
      "Also reports builds, changes the description and the default branch, reads the audit log, and creates, rotates and revokes the tokens of this repository.",
    ofAccount:
      "Also reports builds, changes, renames and deletes the repository, reads the audit log, and manages its tokens and collaborators.",
  },
];

const described = (scope: Scope): Described | undefined => scopes.find((one) => one.scope === scope);

/** One of these texts, as they come from an address or a field; null: none of them. */
export const toScope = (text: string | null): Scope | null =>
  scopes.find(({ scope }) => scope === text)?.scope ?? null;

const colors: Readonly<Record<Scope, string>> = { STATUS: "gray", READ_ONLY: "blue", ADMIN: "orange" };

interface Props {
  readonly scope: Scope;
  readonly of: "ofToken" | "ofAccount";
}

export const ScopeBadge = ({ scope, of }: Props): ReactNode => (
  <Badge variant="light" miw="max-content" color={colors[scope]} title={described(scope)?.[of]}>
    {described(scope)?.name}
  </Badge>
);
