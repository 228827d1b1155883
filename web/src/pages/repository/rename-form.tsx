import { Button, Group, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { useChange } from "../../api/use-change";
import { FailureAlert } from "../../pieces/failure-alert";
import { fieldFault } from "../../pieces/field-fault";
import { RenameRepository } from "./operations";
import { pathOf, type Repository } from "./repository";

/** Another name. What is known by the old one is said before. */
export function RenameForm({ slug, name }: Repository): ReactNode {
  const [typed, setTyped] = useState(name);
  const navigate = useNavigate();
  const renaming = useChange(RenameRepository, {
    onDone({ renameRepository }) {
      if (renameRepository === null) return;
      const renamed = renameRepository.repository.slug;
      void navigate(`${pathOf(renamed)}/settings`, { replace: true });
      notifications.show({ message: `It is called ${renamed} now.` });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        renaming.run({ input: { slug, name: typed } });
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="Its tokens stay. What names the repository by its slug does not find it any more: badges, verifications of services, links to this page. The old slug is free for another repository."
          value={typed}
          maxLength={100}
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
          error={fieldFault(renaming.failure, "name")}
        />
        <FailureAlert failure={renaming.failure} />
        <Group>
          <Button type="submit" variant="default" loading={renaming.isRunning} disabled={typed === name}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
