import { Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { useChange } from "../../api/use-change";
import { FormEnd } from "../../pieces/form-end";
import { fieldFault } from "../../pieces/field-fault";
import { CreateOrganization } from "./operations";

/** Where an organization's repositories are kept, as slugs begin. */
const providers = [
  { value: "gh", label: "GitHub (gh)" },
  { value: "ghe", label: "GitHub Enterprise (ghe)" },
  { value: "gl", label: "GitLab (gl)" },
  { value: "gle", label: "GitLab Enterprise (gle)" },
  { value: "bb", label: "Bitbucket (bb)" },
  { value: "bbe", label: "Bitbucket Enterprise (bbe)" },
];

/** For site administrators. */
export function CreateOrganizationDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const navigate = useNavigate();
  const form = useForm({ initialValues: { provider: "gh", name: "" } });
  const creation = useChange(CreateOrganization, {
    onDone({ createOrganization }) {
      onClose();
      if (createOrganization !== null)
        void navigate(`/organizations/${createOrganization.organization.slug}`);
    },
  });
  const submit = form.onSubmit(({ provider, name }) => {
    creation.run({ input: { slug: `${provider}/${name.trim()}` } });
  });
  return (
    <Modal opened onClose={onClose} title="Create an organization" size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Select
            label="Provider"
            data={providers}
            allowDeselect={false}
            {...form.getInputProps("provider")}
          />
          <TextInput
            label="Name"
            description="As the provider has it."
            placeholder="acme"
            maxLength={100}
            data-autofocus
            {...form.getInputProps("name")}
            error={fieldFault(creation.failure, "slug")}
          />
          <Text size="sm">Nobody is a member of it at first, you neither: add its administrators next.</Text>
          <FormEnd change={creation} submit="Create" onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
