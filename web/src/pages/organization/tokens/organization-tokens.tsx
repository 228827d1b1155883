import { Anchor, Code, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useList } from "../../../api/use-list";
import { PagedTable } from "../../../pieces/paged-table";
import { Time } from "../../../pieces/time";
import { ScopeBadge, type Scope } from "../../../tokens/scopes";
import { TokenActions } from "../../../tokens/token-actions";
import { TokenState } from "../../../tokens/token-state";
import { statesOf, type Which } from "../../../tokens/which-tokens";
import { OrganizationTokensQuery } from "./operations";

interface Props {
  readonly slug: string;
  readonly which: Which;
  /** Null: of every scope. */
  readonly scope: Scope | null;
}

/** The tokens of all repositories of an organization, with what can be done with each. */
export function OrganizationTokens({ slug, which, scope }: Props): ReactNode {
  const list = useList(
    OrganizationTokensQuery,
    { slug, states: statesOf(which), scope },
    ({ organization }) => organization?.tokens ?? null,
    which,
  );
  return (
    <PagedTable
      label="Repository tokens"
      list={list}
      keyOf={({ id }) => id}
      empty={
        which === "live"
          ? "No token is in use. Create one for each repository above."
          : "No token has ended yet."
      }
      columns={[
        {
          header: "Token",
          cell: ({ repository, label, hint, scope: held }) => (
            <Stack gap={4}>
              <Text fw={600} span>
                {label}
              </Text>
              {repository && (
                <Anchor component={Link} to={`/repositories/${repository.slug}`} size="sm">
                  {repository.name}
                </Anchor>
              )}
              <Group gap="xs">
                <Code w="fit-content">{hint}…</Code>
                {held && <ScopeBadge scope={held} of="ofToken" />}
              </Group>
            </Stack>
          ),
        },
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
                cell: (token: NonNullable<typeof list.nodes>[number]) => <TokenActions token={token} />,
              },
            ]
          : []),
      ]}
    />
  );
}
