import { Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useChange } from "../../../api/use-change";
import { FormEnd } from "../../../pieces/form-end";
import { fieldFault } from "../../../pieces/field-fault";
import { SetMembership } from "../operations";

interface Props {
  readonly slug: string;
  /** Whose role is changed; null: somebody is added. */
  readonly member: { readonly login: string; readonly role: "MEMBER" | "ADMIN" } | null;
  readonly onClose: () => void;
}

/** Gives somebody a role. */
export function MembershipDialog({ slug, member, onClose }: Props): ReactNode {
  const form = useForm({
    initialValues: { login: member?.login ?? "", role: member?.role ?? "MEMBER" },
    validate: { login: (login) => (login.trim() === "" ? "Whose login?" : null) },
  });
  const { login, role } = form.values;
  const change = useChange(SetMembership, {
    onDone() {
      onClose();
      notifications.show({
        message: `${login.trim()} is ${role === "ADMIN" ? "an admin" : "a member"} now.`,
      });
    },
  });
  const isUnknown = member === null && change.failure?.code === "NOT_FOUND";
  const submit = form.onSubmit((values) => {
    change.run({ input: { organization: slug, login: values.login.trim(), role: values.role } });
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={member === null ? `Add a member to ${slug}` : `The role of ${member.login} in ${slug}`}
      size="lg"
    >
      <form onSubmit={submit}>
        <Stack>
          {member === null && (
            <TextInput
              label="Login"
              description="Of an account that exists: site administrators make them."
              maxLength={39}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              {...form.getInputProps("login")}
              error={
                form.errors.login ??
                fieldFault(change.failure, "login") ??
                (isUnknown ? "There is no account of this login." : undefined)
              }
            />
          )}
          <Radio.Group label="Role" {...form.getInputProps("role")}>
            <Stack gap="sm" mt="xs">
              <Radio
                value="MEMBER"
                label="Member"
                description="Reads every repository of the organization, and sees who else is a member."
              />
              <Radio
                value="ADMIN"
                label="Admin"
                description="Does everything: creates repositories, adds and removes members, makes and ends tokens."
              />
            </Stack>
          </Radio.Group>
          <FormEnd change={change} submit={member === null ? "Add" : "Change"} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
