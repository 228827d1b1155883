import { Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { FormEnd } from "../../pieces/form-end";
import { fieldFault } from "../../pieces/field-fault";
import { CreateRepository } from "./operations";
import type { OrganizationSummary } from "./organization-context";

interface Props {
  readonly organization: OrganizationSummary;
  readonly onClose: () => void;
}

/** For administrators of the organization. */
export function CreateRepositoryDialog({ organization, onClose }: Props): ReactNode {
  const form = useForm({ initialValues: { name: "", description: "", defaultBranch: "main" } });
  const creation = useChange(CreateRepository, {
    onDone({ createRepository }) {
      onClose();
      notifications.show({ message: `${createRepository?.repository.slug ?? "It"} was created.` });
    },
  });
  const submit = form.onSubmit(({ name, description, defaultBranch }) => {
    creation.run({
      input: {
        slug: `${organization.slug}/${name.trim()}`,
        defaultBranch,
        ...(description === "" ? {} : { description }),
      },
    });
  });
  return (
    <Modal opened onClose={onClose} title={`Create a repository in ${organization.slug}`} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            placeholder="api"
            maxLength={100}
            data-autofocus
            {...form.getInputProps("name")}
            error={fieldFault(creation.failure, "slug")}
          />
          <Textarea
            label="Description"
            description="May be left out."
            maxLength={1000}
            autosize
            minRows={2}
            {...form.getInputProps("description")}
            error={fieldFault(creation.failure, "description")}
          />
          <TextInput
            label="Default branch"
            maxLength={255}
            {...form.getInputProps("defaultBranch")}
            error={fieldFault(creation.failure, "defaultBranch")}
          />
          <FormEnd change={creation} submit="Create" onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
