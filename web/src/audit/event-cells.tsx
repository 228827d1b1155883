import { Badge, Code, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { AccountLink, OrganizationLink, RepositoryLink } from "../pieces/links";
import { useViewer } from "../session/session";
import { isAlarm, wordsOf } from "./actions";
import type { AuditEvent } from "./operations";

/** What an audit log is of: what every line of it has in common is not said in each. */
export type AuditSubject = "repository" | "organization" | "account" | "site";

const Token = ({ label, hint }: { readonly label: string; readonly hint: string }): ReactNode => (
  <>
    {label} <Code>{hint}…</Code>
  </>
);

/** What happened, in words. */
export function What({ event }: { readonly event: AuditEvent }): ReactNode {
  const { action, scope, role, reason } = event;
  return (
    <Stack gap={2} align="flex-start">
      {isAlarm(event) && (
        <Badge color="red" variant="light" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
          {action === "TOKEN_REUSED" ? "reused" : "leaked"}
        </Badge>
      )}
      <Text fw={isAlarm(event) ? 700 : 500} size="sm">
        {wordsOf(action)}
      </Text>
      {(scope ?? role) !== null && (
        <Text size="sm">{scope === null ? `Role: ${role ?? ""}` : `Scope: ${scope}`}</Text>
      )}
      {reason !== null && (
        <Text size="sm">
          {reasonTitle(action)}: {reason}
        </Text>
      )}
    </Stack>
  );
}

const reasonTitle = (action: AuditEvent["action"]): string => {
  if (action === "REPOSITORY_RENAMED" || action === "REPOSITORY_DELETED") return "Until then";
  return action === "TOKEN_LEAK_REPORTED" ? "Found at" : "Reason";
};

/** What it happened to. */
export function Subject({
  event,
  subject,
}: {
  readonly event: AuditEvent;
  readonly subject: AuditSubject;
}): ReactNode {
  const { token, account, repository, organization } = event;
  return (
    <Stack gap={2}>
      {token !== null && (
        <Text size="sm">
          <Token {...token} />
        </Text>
      )}
      {account !== null && subject !== "account" && (
        <Text size="sm">
          <AccountLink {...account} />
        </Text>
      )}
      {repository !== null && subject !== "repository" && (
        <Text size="sm">
          <RepositoryLink {...repository} />
        </Text>
      )}
      {repository === null && organization !== null && subject !== "organization" && (
        <Text size="sm">
          <OrganizationLink {...organization} />
        </Text>
      )}
    </Stack>
  );
}

/** Who did it, and with which token. */
export function Actor({ event }: { readonly event: AuditEvent }): ReactNode {
  const { actor, actorToken, action } = event;
  // From site administrators nothing is hidden.
  const nobody =
    useViewer().account.isSiteAdmin === true ? "Nobody signed in" : "Nobody signed in, or hidden";
  if (actor === null && actorToken === null)
    return (
      <Text size="sm" c="dimmed">
        {action === "HANDOVER_LAPSED" ? "Nobody: its time was over" : nobody}
      </Text>
    );
  return (
    <Stack gap={2}>
      {actor !== null && (
        <Text size="sm" title={actor.name ?? undefined}>
          <AccountLink login={actor.login} />
        </Text>
      )}
      {actorToken !== null && (
        <Text size="sm" c="dimmed">
          with <Token {...actorToken} />
        </Text>
      )}
    </Stack>
  );
}

/** From where the request came, and its number in the server's log. */
export function Origin({ event }: { readonly event: AuditEvent }): ReactNode {
  const { ip, userAgent, requestId } = event;
  return (
    <Stack gap={2} maw={220}>
      {ip !== null && <Text size="sm">{ip}</Text>}
      {userAgent !== null && (
        <Text size="sm" c="dimmed" lineClamp={2} title={userAgent}>
          {userAgent}
        </Text>
      )}
      {requestId !== null && (
        <Text size="xs" c="dimmed" truncate title={`Request ${requestId}`}>
          Request {requestId}
        </Text>
      )}
    </Stack>
  );
}
