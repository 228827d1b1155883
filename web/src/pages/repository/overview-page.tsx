import { Alert, Code, Stack, Title } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { BuildBadge } from "../../pieces/build-badge";
import { Facts } from "../../pieces/facts";
import { Time } from "../../pieces/time";
import { Builds } from "./builds";
import { useRepository } from "./repository";

/** Repository > Overview: how its branches stand. */
export function Component(): ReactNode {
  const { slug, status, defaultBranch, createdAt, viewerScope } = useRepository();
  return (
    <Stack gap="lg">
      <Facts
        facts={[
          ["Status", <BuildBadge status={status} key="status" />],
          defaultBranch !== null && ["Default branch", <Code key="branch">{defaultBranch}</Code>],
          createdAt !== null && ["Created", <Time at={createdAt} key="created" />],
        ]}
      />
      <Title order={2} size="h3">
        Builds
      </Title>
      {viewerScope === "STATUS" ? (
        <Alert icon={<IconLock aria-hidden />} color="gray" title="Only the status">
          Builds need the scope READ_ONLY on {slug}, and you have STATUS.
        </Alert>
      ) : (
        <Builds slug={slug} />
      )}
    </Stack>
  );
}
