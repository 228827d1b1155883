import { Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUserPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useList } from "../../api/use-list";
import { PagedTable } from "../../pieces/paged-table";
import { CollaboratorActions } from "./collaborator-actions";
import { CollaboratorDialog } from "./collaborator-dialog";
import { ForAdmins } from "./for-admins";
import { CollaboratorsQuery } from "./operations";
import { useRepository } from "./repository";
import { ScopeBadge } from "../../tokens/scopes";

/** Repository > Collaborators: who has access beside what the organization gives. */
export const Component = (): ReactNode => (
  <ForAdmins>
    <Collaborators />
  </ForAdmins>
);

function Collaborators(): ReactNode {
  const { slug } = useRepository();
  const [isAdding, addition] = useDisclosure(false);
  const list = useList(CollaboratorsQuery, { slug }, ({ repository }) => repository?.collaborators ?? null);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} maw={640}>
          <Title order={2} size="h3">
            Collaborators
          </Title>
          <Text c="dimmed">
            Accounts with a scope of their own here, beside what a role in the organization gives: the higher
            one counts.
          </Text>
        </Stack>
        <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={addition.open}>
          Add a collaborator
        </Button>
      </Group>
      <PagedTable
        label="Collaborators"
        list={list}
        keyOf={({ account }) => account.id}
        empty="No collaborators yet: add the first one above."
        columns={[
          {
            header: "Account",
            cell: ({ account: { login, name, kind } }) => (
              <Stack gap={2}>
                <Group gap="xs">
                  <Text fw={600}>{login}</Text>
                  {kind === "SERVICE" && (
                    <Badge variant="outline" size="sm" color="gray">
                      service
                    </Badge>
                  )}
                </Group>
                {name !== null && (
                  <Text size="sm" c="dimmed">
                    {name}
                  </Text>
                )}
              </Stack>
            ),
          },
          { header: "Scope", cell: ({ scope }) => <ScopeBadge scope={scope} of="ofAccount" /> },
          {
            header: "Actions",
            isActions: true,
            cell: ({ account, scope }) => (
              <CollaboratorActions login={account.login} scope={scope} slug={slug} />
            ),
          },
        ]}
      />
      {isAdding && <CollaboratorDialog slug={slug} onClose={addition.close} />}
    </Stack>
  );
}
