import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState, type ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { FailureAlert } from "../../pieces/failure-alert";
import { fieldFault } from "../../pieces/field-fault";
import { useReveal } from "../../pieces/secret-once";
import { expiresAtOf, faultOf, type Expiry } from "../../tokens/expiry";
import { ExpiryField } from "../../tokens/expiry-field";
import { CreateAccountToken } from "./operations";

interface Props {
  /** Whose token it will be. */
  readonly login: string;
  readonly onClose: () => void;
}

const likely: Expiry = { choice: "90", date: "" };

export function CreateTokenDialog({ login, onClose }: Props): ReactNode {
  const reveal = useReveal();
  const creation = useChange(CreateAccountToken, {
    retriable: true,
    onDone({ createAccountToken }) {
      if (createAccountToken === null) return;
      onClose();
      const { token, secret } = createAccountToken;
      reveal({ title: `"${token.label}" was created`, secret });
    },
  });
  const [openedAt] = useState(Date.now);
  const form = useForm({
    initialValues: { label: "", expiresAt: likely },
    validate: { expiresAt: faultOf },
  });
  const submit = form.onSubmit(({ label, expiresAt }) => {
    creation.run({ input: { account: login, label, expiresAt: expiresAtOf(expiresAt, openedAt) ?? null } });
  });
  return (
    <Modal opened onClose={onClose} title="Create an account token" size="lg">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Label"
            description="Where it will be used: you recognise it by this later."
            placeholder="laptop"
            maxLength={100}
            data-autofocus
            {...form.getInputProps("label")}
            error={fieldFault(creation.failure, "label")}
          />
          <ExpiryField
            value={form.values.expiresAt}
            onChange={(value) => {
              form.setFieldValue("expiresAt", value);
            }}
            error={form.errors.expiresAt ?? fieldFault(creation.failure, "expiresAt")}
          />
          <FailureAlert failure={creation.failure} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={creation.isRunning}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
