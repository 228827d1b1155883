import { Button, Group, Loader, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { ResultOf } from "gql.tada";
import { useAnswer } from "../api/use-answer";
import { FailureAlert } from "../pieces/failure-alert";
import { Time } from "../pieces/time";
import { TokenUsageQuery, USAGE_DAYS, type TokenSummary } from "./operations";
import { UsageChart } from "./usage-chart";
import { UsageClients } from "./usage-clients";

interface Props {
  readonly token: TokenSummary;
  readonly onClose: () => void;
}

/** Who uses a token: of a retiring one, who has not moved to its successor yet. */
export function UsageDialog({ token, onClose }: Props): ReactNode {
  const isRetiring = token.state === "RETIRING";
  const { data, error } = useAnswer(TokenUsageQuery, { id: token.id });
  const found = data?.node?.__typename === "Token" ? data.node : null;
  return (
    <Modal
      opened
      onClose={onClose}
      title={isRetiring ? `Who still uses "${token.label}"` : `Who uses "${token.label}"`}
      size="lg"
    >
      <Stack>
        <FailureAlert failure={error} />
        {data === undefined && error === null && <Loader size="sm" aria-label="Looking who uses it" />}
        {found !== null && <Usage {...found} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

type Found = Extract<NonNullable<ResultOf<typeof TokenUsageQuery>["node"]>, { __typename: "Token" }>;

function Usage({ usage, handover }: Pick<Found, "usage" | "handover">): ReactNode {
  const { days = [], clients = [] } = usage ?? {};
  const count = days.reduce((sum, day) => sum + day.count, 0);
  return (
    <>
      <Text>
        {count} {count === 1 ? "use" : "uses"} in the last {USAGE_DAYS} days.{" "}
        {handover !== null && <Since {...handover} />}
      </Text>
      <UsageChart days={days} since={handover?.startedAt.slice(0, "2026-11-22".length)} />
      {handover !== null && (
        <Text size="sm" c="dimmed">
          Days from the rotation on are orange.
        </Text>
      )}
      <UsageClients clients={clients} />
    </>
  );
}

const Since = ({
  startedAt,
  firstUseOfNewAt,
  oldUsesSinceStart,
}: NonNullable<Found["handover"]>): ReactNode => (
  <>
    {oldUsesSinceStart === 0 ? "None" : oldUsesSinceStart} since it was rotated <Time at={startedAt} />;{" "}
    {firstUseOfNewAt === null ? (
      "its successor is unused."
    ) : (
      <>
        its successor was first used <Time at={firstUseOfNewAt} />.
      </>
    )}
  </>
);
