import { Badge, Code, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useList } from "../../api/use-list";
import { PagedTable } from "../../pieces/paged-table";
import { Time } from "../../pieces/time";
import { useViewer } from "../../session/session";
import { TokenActions } from "../../tokens/token-actions";
import { TokenState } from "../../tokens/token-state";
import { statesOf, type Which } from "../../tokens/which-tokens";
import { AccountTokensQuery } from "./operations";

interface Props {
  readonly login: string;
  readonly which: Which;
}

/** The tokens of an account, with what can be done with each. */
export function AccountTokens({ login, which }: Props): ReactNode {
  const { token: own } = useViewer();
  const list = useList(
    AccountTokensQuery,
    { login, states: statesOf(which) },
    ({ account }) => account?.tokens ?? null,
    which,
  );
  return (
    <PagedTable
      label="Account tokens"
      list={list}
      keyOf={({ id }) => id}
      empty={which === "live" ? "No tokens yet: create the first one above." : "No token has ended yet."}
      columns={[
        {
          header: "Label",
          cell: ({ id, label, hint }) => (
            <Stack gap={2}>
              <Group gap="xs">
                <Text fw={600} span>
                  {label}
                </Text>
                {id === own.id && (
                  <Badge variant="outline" size="sm" title="You are signed in with this token">
                    this tab
                  </Badge>
                )}
              </Group>
              <Code w="fit-content">{hint}…</Code>
            </Stack>
          ),
        },
        { header: "Created", cell: ({ createdAt }) => <Time at={createdAt} /> },
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
