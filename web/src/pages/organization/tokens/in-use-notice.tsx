import { Alert, Loader, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useAnswer } from "../../../api/use-answer";
import { FailureAlert } from "../../../pieces/failure-alert";
import { USAGE_DAYS } from "../../../tokens/operations";
import { TokensInUseQuery } from "./operations";

const DAY_MS = 86_400_000;

/** How many of an organization's tokens are used, by services that would be stopped: asked before they are ended. */
export function InUseNotice({ slug, stops }: { readonly slug: string; readonly stops: string }): ReactNode {
  const [since] = useState(() => new Date(Date.now() - USAGE_DAYS * DAY_MS).toISOString());
  const { data, error } = useAnswer(TokensInUseQuery, { slug, since });
  if (error !== null) return <FailureAlert failure={error} />;
  if (data === undefined) return <Loader size="sm" aria-label="Looking how many are in use" />;
  const { all, idle } = data.organization ?? {};
  const used = (all?.totalCount ?? 0) - (idle?.totalCount ?? 0);
  if (used <= 0) return <Text size="sm">Nobody used any of them in the last {USAGE_DAYS} days.</Text>;
  return (
    <Alert color="yellow" title={stops}>
      {used === 1 ? "One of them was" : `${used} of them were`} used in the last {USAGE_DAYS} days. The table
      says which: see "Last used".
    </Alert>
  );
}
