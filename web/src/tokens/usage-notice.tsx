import { Alert, Loader, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useAnswer } from "../api/use-answer";
import { FailureAlert } from "../pieces/failure-alert";
import { TokenUsageQuery, USAGE_DAYS } from "./operations";
import { UsageClients } from "./usage-clients";

/** Who uses a token and would be stopped: asked before anything is ended. */
export function UsageNotice({ id, stops }: { readonly id: string; readonly stops: string }): ReactNode {
  const { data, error } = useAnswer(TokenUsageQuery, { id });
  if (error !== null) return <FailureAlert failure={error} />;
  if (data === undefined) return <Loader size="sm" aria-label="Looking who uses it" />;
  const { clients = [], days = [] } = (data.node?.__typename === "Token" ? data.node.usage : null) ?? {};
  if (clients.length === 0) return <Text size="sm">Nobody used it in the last {USAGE_DAYS} days.</Text>;
  const count = days.reduce((sum, day) => sum + day.count, 0);
  return (
    <Alert color="yellow" title={stops}>
      <Text size="sm">
        {count} {count === 1 ? "use" : "uses"} in the last {USAGE_DAYS} days, the latest by:
      </Text>
      <UsageClients clients={clients} />
    </Alert>
  );
}
