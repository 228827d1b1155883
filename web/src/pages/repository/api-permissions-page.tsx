import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { BadgeSection } from "./badge-section";
import { CreateTokenDialog } from "./create-token-dialog";
import { ForAdmins } from "./for-admins";
import { useRepository } from "./repository";
import { RepositoryTokens } from "./repository-tokens";

/** Repository > Settings > API permissions: its tokens, and its badge. */
export function Component(): ReactNode {
  const repository = useRepository();
  const [isCreating, creation] = useDisclosure(false);
  return (
    <ForAdmins>
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start">
          <Stack gap={4} maw={640}>
            <Title order={2} size="h3">
              API permissions
            </Title>
            <Text c="dimmed">
              Repository tokens let programs reach this repository and nothing else. They live on when the
              person who made them leaves.
            </Text>
          </Stack>
          <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={creation.open}>
            Create a token
          </Button>
        </Group>
        <RepositoryTokens slug={repository.slug} />
        <BadgeSection {...repository} />
        {isCreating && <CreateTokenDialog slug={repository.slug} onClose={creation.close} />}
      </Stack>
    </ForAdmins>
  );
}
