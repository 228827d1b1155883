import { Alert, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Failure } from "../api/failure";

const titles: Readonly<Record<string, string>> = {
  UNREACHABLE: "No answer",
  FORBIDDEN: "Not allowed",
  NOT_FOUND: "Not found",
  CONFLICT: "Not possible now",
  LIMIT_EXCEEDED: "Too many",
  RATE_LIMITED: "Too fast",
  BAD_USER_INPUT: "Not accepted",
  UNAUTHENTICATED: "Signed out",
  UNAVAILABLE: "Not available",
  UNKNOWN_OUTCOME: "It is not known whether this was done",
  IDEMPOTENCY_IN_PROGRESS: "Still at work",
  REPOSITORY_TOKEN: "A repository token",
};

/** Why something failed, in the server's words. Nothing when nothing did. */
export function FailureAlert({ failure, title }: { failure: Failure | null; title?: string }): ReactNode {
  if (failure === null) return null;
  const { code, message, details } = failure;
  return (
    <Alert
      role="alert"
      color="red"
      icon={<IconAlertCircle aria-hidden />}
      title={title ?? titles[code] ?? "That did not work"}
    >
      {details.field === undefined ? message : `${details.field}: ${message}`}
      {details.requestId !== undefined && <Text size="sm">Request {details.requestId}</Text>}
    </Alert>
  );
}
