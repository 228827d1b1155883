import { Alert, Code, List, Loader, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useAnswer } from "../../api/use-answer";
import { FailureAlert } from "../../pieces/failure-alert";
import { Time } from "../../pieces/time";
import { UNNAMED } from "../../tokens/operations";
import { LiveTokensQuery } from "./operations";

interface Props {
  readonly login: string;
  readonly titleOf: (count: number) => string;
}

/** The account tokens that would stop, and what uses them: the newest of them. */
export function LiveTokensNotice({ login, titleOf }: Props): ReactNode {
  const { data, error } = useAnswer(LiveTokensQuery, { login }, { needs: ({ account }) => account?.tokens });
  if (error !== null) return <FailureAlert failure={error} />;
  if (data === undefined) return <Loader size="sm" aria-label="Looking what would stop working" />;
  const { nodes = [], totalCount = 0 } = data.account?.tokens ?? {};
  if (totalCount === 0) return <Text>It has no account token that is accepted.</Text>;
  return (
    <Alert color="yellow" title={titleOf(totalCount)}>
      <List size="sm">
        {nodes.map(({ id, label, hint, lastUsedAt, usage }) => (
          <List.Item key={id}>
            <strong>{label}</strong> <Code>{hint}…</Code>, last used <Time at={lastUsedAt} never="never" />
            {usage !== null && usage.clients.length > 0 && ` by ${programsOf(usage.clients)}`}
          </List.Item>
        ))}
      </List>
      {totalCount > nodes.length && <Text size="sm">And {totalCount - nodes.length} more.</Text>}
    </Alert>
  );
}

const programsOf = (
  clients: readonly { readonly ip: string | null; readonly userAgent: string | null }[],
): string =>
  [...new Set(clients.map(({ ip, userAgent }) => userAgent ?? ip ?? UNNAMED))].slice(0, 3).join(", ");
