import { Alert, Code, Group, Stack, Text, Title } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Time } from "../../pieces/time";
import { BuildBadge } from "./build-badge";
import { Builds } from "./builds";
import { useRepository } from "./repository";

/** Repository > Overview: how its branches stand. */
export function Component(): ReactNode {
  const { slug, status, defaultBranch, createdAt, viewerScope } = useRepository();
  return (
    <Stack gap="lg">
      <Group gap="xl" align="flex-start">
        <Fact name="Status">
          <BuildBadge status={status} />
        </Fact>
        {defaultBranch !== null && (
          <Fact name="Default branch">
            <Code>{defaultBranch}</Code>
          </Fact>
        )}
        {createdAt !== null && (
          <Fact name="Created">
            <Time at={createdAt} />
          </Fact>
        )}
      </Group>
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

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode => (
  <Stack gap={4}>
    <Text size="sm" c="dimmed">
      {name}
    </Text>
    <div>{children}</div>
  </Stack>
);
