import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { usePageTitle } from "../shell/page-title";

interface Props {
  readonly title: string;
  /** What the browser's tab and history call it; left out: its title. */
  readonly windowTitle?: string | undefined;
  readonly description?: ReactNode;
  /** What can be done here, beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** What every page begins with. */
export function Page({ title, windowTitle = title, description, actions, children }: Props): ReactNode {
  usePageTitle(windowTitle);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} maw={640}>
          <Title order={1} size="h2">
            {title}
          </Title>
          {description !== undefined && <Text c="dimmed">{description}</Text>}
        </Stack>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
