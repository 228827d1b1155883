import { Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { FailureAlert } from "../../pieces/failure-alert";
import { fieldFault } from "../../pieces/field-fault";
import { UpdateRepository } from "./operations";
import type { Repository } from "./repository";

/** The description and the default branch. Only what was changed here is sent: the rest may have been changed elsewhere. */
export function DetailsForm({ slug, description, defaultBranch }: Repository): ReactNode {
  const form = useForm({
    initialValues: { description: description ?? "", defaultBranch: defaultBranch ?? "" },
  });
  const update = useChange(UpdateRepository, {
    onDone() {
      form.resetDirty();
      notifications.show({ message: "The details were saved." });
    },
  });
  const submit = form.onSubmit((values) => {
    update.run({
      input: {
        slug,
        ...(form.isDirty("description") ? { description: values.description || null } : {}),
        ...(form.isDirty("defaultBranch") ? { defaultBranch: values.defaultBranch } : {}),
      },
    });
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <Textarea
          label="Description"
          maxLength={1000}
          autosize
          {...form.getInputProps("description")}
          error={fieldFault(update.failure, "description")}
        />
        <TextInput
          label="Default branch"
          description="The badge and the status are about its builds."
          spellCheck={false}
          {...form.getInputProps("defaultBranch")}
          error={fieldFault(update.failure, "defaultBranch")}
        />
        <FailureAlert failure={update.failure} />
        <Group>
          <Button type="submit" loading={update.isRunning} disabled={!form.isDirty()}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
