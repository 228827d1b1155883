import { Code, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useList } from "../../../api/use-list";
import { RepositoryLink } from "../../../pieces/links";
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
          header: "Repository",
          cell: ({ repository }) => repository && <RepositoryLink slug={repository.slug} />,
        },
        {
          header: "Label",
          cell: ({ label, hint }) => (
            <Stack gap={2}>
              <Text fw={600} span>
                {label}
              </Text>
              <Code w="fit-content">{hint}…</Code>
            </Stack>
          ),
        },
        { header: "Scope", cell: ({ scope: held }) => held && <ScopeBadge scope={held} of="ofToken" /> },
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
