import { Badge } from "@mantine/core";
import type { ReactNode } from "react";

export type BuildStatus = "QUEUED" | "RUNNING" | "SUCCESS" | "FAILED" | "CANCELED";

const looks: Readonly<Record<BuildStatus, { color: string; meaning: string }>> = {
  QUEUED: { color: "gray", meaning: "queued" },
  RUNNING: { color: "blue", meaning: "running" },
  SUCCESS: { color: "green", meaning: "passing" },
  FAILED: { color: "red", meaning: "failing" },
  CANCELED: { color: "gray", meaning: "canceled" },
};

/** In the words of the badge. */
export const meaningOf = (status: BuildStatus | null): string =>
  status === null ? "no builds yet" : looks[status].meaning;

export const BuildBadge = ({ status }: { readonly status: BuildStatus | null }): ReactNode => (
  <Badge variant="light" miw="max-content" color={status === null ? "gray" : looks[status].color}>
    {meaningOf(status)}
  </Badge>
);
