import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { DeleteDialog } from "./delete-dialog";
import { DetailsForm } from "./details-form";
import { ForAdmins } from "./for-admins";
import { RenameForm } from "./rename-form";
import { useRepository } from "./repository";

/** Repository > Settings. */
export const Component = (): ReactNode => (
  <ForAdmins>
    <Settings />
  </ForAdmins>
);

function Settings(): ReactNode {
  const repository = useRepository();
  const [isDeleting, deletion] = useDisclosure(false);
  return (
    <Stack gap="lg" maw={640}>
      <Part title="Details">
        <DetailsForm {...repository} />
      </Part>
      <Part title="Rename">
        <RenameForm {...repository} />
      </Part>
      <Part title="Delete">
        <Text>
          All of its tokens are refused from that moment on. Its builds and collaborators are gone for good.
        </Text>
        <Group>
          <Button color="red" onClick={deletion.open}>
            Delete this repository
          </Button>
        </Group>
      </Part>
      {isDeleting && <DeleteDialog slug={repository.slug} onClose={deletion.close} />}
    </Stack>
  );
}

const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode => (
  <Paper component="section" aria-label={title} withBorder p="lg">
    <Stack>
      <Title order={2} size="h3">
        {title}
      </Title>
      {children}
    </Stack>
  </Paper>
);
