import { Badge } from "@mantine/core";
import type { ReactNode } from "react";

type State = "ACTIVE" | "RETIRING" | "ROTATED" | "EXPIRED" | "REVOKED";

const looks: Readonly<Record<State, { color: string; meaning: string }>> = {
  ACTIVE: { color: "green", meaning: "Accepted" },
  RETIRING: { color: "yellow", meaning: "Still accepted, until its successor takes over" },
  ROTATED: { color: "gray", meaning: "Replaced by its successor, and refused" },
  EXPIRED: { color: "gray", meaning: "Its time is over: refused" },
  REVOKED: { color: "red", meaning: "Ended by somebody: refused" },
};

export function StateBadge({ state }: { state: State }): ReactNode {
  const { color, meaning } = looks[state];
  return (
    <Badge variant="light" color={color} title={meaning}>
      {state.toLowerCase()}
    </Badge>
  );
}
