import { Checkbox, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { FormEnd } from "../../pieces/form-end";
import { fieldFault } from "../../pieces/field-fault";
import { CreateAccount } from "./operations";

interface Props {
  readonly onClose: () => void;
  /** The account is there, and its first token is to be made next. */
  readonly onToken: (login: string) => void;
}

export function CreateAccountDialog({ onClose, onToken }: Props): ReactNode {
  const form = useForm({
    initialValues: {
      login: "",
      name: "",
      kind: "USER" as "USER" | "SERVICE",
      isSiteAdmin: false,
      withToken: true,
    },
  });
  const creation = useChange(CreateAccount, {
    onDone({ createAccount }) {
      if (createAccount === null) return;
      const { login } = createAccount.account;
      onClose();
      notifications.show({ message: `${login} was created.` });
      if (form.values.withToken) onToken(login);
    },
  });
  const submit = form.onSubmit(({ login, name, kind, isSiteAdmin }) => {
    creation.run({
      input: { login: login.trim(), name: name.trim() === "" ? null : name, kind, isSiteAdmin },
    });
  });
  return (
    <Modal opened onClose={onClose} title="Create an account" size="lg">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Login"
            description="Letters, digits and single hyphens between them. It cannot be changed."
            maxLength={39}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            {...form.getInputProps("login")}
            error={fieldFault(creation.failure, "login")}
          />
          <TextInput
            label="Name"
            description="May be left out."
            maxLength={100}
            autoComplete="off"
            {...form.getInputProps("name")}
            error={fieldFault(creation.failure, "name")}
          />
          <Radio.Group label="Kind" {...form.getInputProps("kind")}>
            <Stack gap="sm" mt="xs">
              <Radio value="USER" label="Person" description="Reaches what its roles allow." />
              <Radio
                value="SERVICE"
                label="Service"
                description="A program that guards an API of its own: it may verify tokens, beside what its roles allow."
              />
            </Stack>
          </Radio.Group>
          <Checkbox
            label="Site administrator"
            description="May do everything, here and in every organization."
            {...form.getInputProps("isSiteAdmin", { type: "checkbox" })}
          />
          <Checkbox
            label="Then create its first token"
            description="Without one nobody can sign in with it."
            {...form.getInputProps("withToken", { type: "checkbox" })}
          />
          <FormEnd change={creation} submit="Create" onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
