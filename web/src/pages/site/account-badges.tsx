import { Badge, Group } from "@mantine/core";
import type { ReactNode } from "react";
import type { AccountSummary } from "./operations";

/** What an account is, beside its name. */
export const AccountBadges = ({
  kind,
  isSiteAdmin,
  suspendedAt,
}: Pick<AccountSummary, "kind" | "isSiteAdmin" | "suspendedAt">): ReactNode => (
  <Group gap="xs">
    {kind === "SERVICE" ? (
      <Badge variant="outline" title="May verify the tokens of others">
        service
      </Badge>
    ) : (
      <Badge variant="outline" color="gray">
        person
      </Badge>
    )}
    {isSiteAdmin === true && (
      <Badge variant="light" title="May do everything">
        site admin
      </Badge>
    )}
    {suspendedAt !== null && (
      <Badge variant="light" color="red" title={`Its tokens are refused since ${suspendedAt}`}>
        suspended
      </Badge>
    )}
  </Group>
);
