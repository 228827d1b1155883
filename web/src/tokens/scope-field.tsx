import { Radio, Stack } from "@mantine/core";
import type { ReactNode } from "react";

export type Scope = "STATUS" | "READ_ONLY" | "ADMIN";

/** What each scope allows, weakest first. */
const scopes: readonly { readonly scope: Scope; readonly name: string; readonly allows: string }[] = [
  {
    scope: "STATUS",
    name: "Status",
    allows: "Sees the status of the newest build, and nothing else: for badges.",
  },
  {
    scope: "READ_ONLY",
    name: "Read only",
    allows: "Also reads the builds and what the repository is: for dashboards and reports.",
  },
  {
    scope: "ADMIN",
    name: "Admin",
    allows:
      "Also reports builds, changes description and default branch, and makes, rotates and revokes tokens of the repository.",
  },
];

export const scopeName = (scope: Scope | null): string =>
  scopes.find((known) => known.scope === scope)?.name ?? "";

interface Props {
  readonly value: Scope;
  readonly onChange: (scope: Scope) => void;
  readonly error?: ReactNode;
}

/** Chooses what a repository token may do. */
export const ScopeField = ({ value, onChange, error }: Props): ReactNode => (
  <Radio.Group
    label="Scope"
    description="The weakest that will do."
    value={value}
    error={error}
    onChange={(chosen) => {
      onChange(chosen);
    }}
  >
    <Stack gap="sm" mt="xs">
      {scopes.map(({ scope, name, allows }) => (
        <Radio key={scope} value={scope} label={name} description={allows} />
      ))}
    </Stack>
  </Radio.Group>
);
