import { Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState, type ReactNode } from "react";
import type { Change } from "../api/use-change";
import { FormEnd } from "../pieces/form-end";
import { fieldFault } from "../pieces/field-fault";
import { expiresAtOf, faultOf, type Expiry } from "./expiry";
import { ExpiryField } from "./expiry-field";

interface Props {
  readonly title: string;
  /** An example of a label, or the likely one. */
  readonly label: { readonly placeholder: string; readonly likely?: string };
  readonly change: Pick<Change<never>, "isRunning" | "failure">;
  /** What else has to be chosen, above the label. */
  readonly children?: ReactNode;
  /** expiresAt null: never. */
  readonly onCreate: (token: { readonly label: string; readonly expiresAt: string | null }) => void;
  readonly onClose: () => void;
}

const likely: Expiry = { choice: "90", date: "" };

/** Asks what a token is to be called and how long it lives. */
export function NewTokenDialog({ title, label, change, children, onCreate, onClose }: Props): ReactNode {
  const [openedAt] = useState(Date.now);
  const form = useForm({
    initialValues: { label: label.likely ?? "", expiresAt: likely },
    validate: { expiresAt: faultOf },
  });
  const submit = form.onSubmit(({ label, expiresAt }) => {
    onCreate({ label, expiresAt: expiresAtOf(expiresAt, openedAt) ?? null });
  });
  return (
    <Modal opened onClose={onClose} title={title} size="lg">
      <form onSubmit={submit}>
        <Stack>
          {children}
          <TextInput
            label="Label"
            description="Where it will be used: you recognise it by this later."
            placeholder={label.placeholder}
            maxLength={100}
            data-autofocus
            {...form.getInputProps("label")}
            error={fieldFault(change.failure, "label")}
          />
          <ExpiryField
            value={form.values.expiresAt}
            onChange={(value) => {
              form.setFieldValue("expiresAt", value);
            }}
            error={form.errors.expiresAt ?? fieldFault(change.failure, "expiresAt")}
          />
          <FormEnd change={change} submit="Create" onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
