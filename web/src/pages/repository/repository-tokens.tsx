import { Code, Group, Select, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useList } from "../../api/use-list";
import { PagedTable } from "../../pieces/paged-table";
import { Time } from "../../pieces/time";
import { useFilter } from "../../pieces/use-filter";
import { TokenActions } from "../../tokens/token-actions";
import { TokenState } from "../../tokens/token-state";
import { statesOf, WhichTokens } from "../../tokens/which-tokens";
import { RepositoryTokensQuery } from "./operations";
import { ScopeBadge, scopes, toScope } from "../../tokens/scopes";

/** The tokens of a repository, with what can be done with each. */
export function RepositoryTokens({ slug }: { readonly slug: string }): ReactNode {
  const [state, setState] = useFilter("state");
  const [scope, setScope] = useFilter("scope");
  const which = state === "ended" ? "ended" : "live";
  const list = useList(
    RepositoryTokensQuery,
    { slug, states: statesOf(which), scope: toScope(scope) },
    ({ repository }) => repository?.tokens ?? null,
  );
  return (
    <Stack>
      <Group align="flex-end">
        <WhichTokens
          value={which}
          onChange={(chosen) => {
            setState(chosen === "ended" ? chosen : "");
          }}
        />
        <Select
          aria-label="Scope"
          data={[
            { value: "", label: "Every scope" },
            ...scopes.map(({ scope: value, name: label }) => ({ value, label })),
          ]}
          value={toScope(scope) ?? ""}
          onChange={(value) => {
            setScope(value ?? "");
          }}
          allowDeselect={false}
        />
      </Group>
      <PagedTable
        label="Repository tokens"
        list={list}
        keyOf={({ id }) => id}
        empty={emptyOf(which, toScope(scope) !== null)}
        columns={[
          {
            header: "Label",
            cell: ({ label, hint }) => (
              <Stack gap={2}>
                <Text fw={600}>{label}</Text>
                <Code w="fit-content">{hint}…</Code>
              </Stack>
            ),
          },
          { header: "Scope", cell: ({ scope }) => scope && <ScopeBadge scope={scope} of="ofToken" /> },
          {
            header: "Created",
            cell: ({ createdAt, createdBy }) => (
              <>
                <Time at={createdAt} />
                {createdBy !== null && (
                  <Text size="sm" c="dimmed">
                    by {createdBy.login}
                  </Text>
                )}
              </>
            ),
          },
          { header: "Last used", cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
          { header: "Expires", cell: ({ expiresAt }) => <Time at={expiresAt} /> },
          { header: "State", cell: (token) => <TokenState {...token} /> },
          ...(which === "live"
            ? [
                {
                  header: "Actions",
                  isActions: true,
                  cell: (token: NonNullable<typeof list.nodes>[number]) => (
                    <TokenActions token={token} ending="Delete" />
                  ),
                },
              ]
            : []),
        ]}
      />
    </Stack>
  );
}

function emptyOf(which: "live" | "ended", isFiltered: boolean): string {
  if (isFiltered) return "There is none with this scope.";
  return which === "live" ? "No tokens yet: create the first one above." : "No token has ended yet.";
}
