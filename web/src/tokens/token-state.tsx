import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { StateBadge } from "../pieces/state-badge";
import { Time } from "../pieces/time";
import type { TokenSummary } from "./operations";

/** The state of a token; of a retiring one, how long it has left. */
export function TokenState({
  state,
  handover,
}: {
  readonly state: TokenSummary["state"];
  readonly handover: TokenSummary["handover"];
}): ReactNode {
  return (
    <Stack gap={2} align="flex-start">
      <StateBadge state={state} />
      {handover && (
        <Text size="sm" c="dimmed">
          {handover.firstUseOfNewAt === null ? (
            <>
              its successor is unused, and ends <Time at={handover.endsAt} />
            </>
          ) : (
            <>
              until <Time at={handover.endsAt} />
            </>
          )}
        </Text>
      )}
    </Stack>
  );
}
