import { Button, Loader, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import type { Failure } from "../api/failure";
import { FailureAlert } from "./failure-alert";
import { Page } from "./page";

interface Props {
  readonly title: string;
  /** Why it is not there; null: it is on its way. */
  readonly failure: Failure | null;
  readonly onRetry: () => void;
}

/** A page whose subject is not there yet. */
export function PendingPage({ title, failure, onRetry }: Props): ReactNode {
  return (
    <Page title={title}>
      {failure === null ? (
        <Loader aria-label={`Loading ${title}`} />
      ) : (
        <Stack align="flex-start">
          <FailureAlert failure={failure} />
          <Button variant="default" onClick={onRetry}>
            Try again
          </Button>
        </Stack>
      )}
    </Page>
  );
}
