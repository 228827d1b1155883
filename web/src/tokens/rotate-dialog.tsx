import { Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState, type ReactNode } from "react";
import { useChange } from "../api/use-change";
import { FormEnd } from "../pieces/form-end";
import { fieldFault } from "../pieces/field-fault";
import { useReveal } from "../pieces/secret-once";
import { useSession } from "../session/session";
import { expiresAtOf, faultOf, type Expiry } from "./expiry";
import { ExpiryField } from "./expiry-field";
import { HandoverFields, likelyManner, mannerInput } from "./handover-fields";
import { RotateToken, type TokenSummary } from "./operations";
import { UsageNotice } from "./usage-notice";

interface Props {
  readonly token: TokenSummary;
  readonly onClose: () => void;
}

const likely: Expiry = { choice: "keep", date: "" };

/** A new secret for a token, and how the old one ends. */
export function RotateDialog({ token, onClose }: Props): ReactNode {
  const reveal = useReveal();
  const { viewer, continueWith } = useSession();
  const isOwn = viewer.token.id === token.id;
  const [openedAt] = useState(Date.now);
  const form = useForm({
    initialValues: {
      manner: likelyManner,
      label: token.label,
      expiresAt: likely,
    },
    validate: { expiresAt: faultOf },
  });
  const isImmediate = form.values.manner.handover === "IMMEDIATE";
  const rotation = useChange(RotateToken, {
    retriable: true,
    onDone({ rotateToken }) {
      if (rotateToken === null) return;
      if (isOwn && isImmediate) continueWith(rotateToken.secret);
      onClose();
      reveal({
        title: `"${rotateToken.token.label}" was rotated`,
        secret: rotateToken.secret,
        after: isImmediate
          ? "The old secret is refused from now on."
          : "The old secret stays good until this one is first used.",
      });
    },
  });

  const submit = form.onSubmit(({ manner, label, expiresAt }) => {
    rotation.run({
      input: {
        id: token.id,
        ...mannerInput(manner),
        label,
        ...expiry(expiresAt, openedAt),
      },
    });
  });

  return (
    <Modal opened onClose={onClose} title={`Rotate "${token.label}"`} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <HandoverFields
            value={form.values.manner}
            onChange={(value) => {
              form.setFieldValue("manner", value);
            }}
            stops={<UsageNotice id={token.id} stops="These stop working until they have the new secret" />}
          />
          <TextInput
            label="Label"
            maxLength={100}
            {...form.getInputProps("label")}
            error={form.errors.label ?? fieldFault(rotation.failure, "label")}
          />
          <ExpiryField
            canKeep
            value={form.values.expiresAt}
            onChange={(value) => {
              form.setFieldValue("expiresAt", value);
            }}
            error={form.errors.expiresAt ?? fieldFault(rotation.failure, "expiresAt")}
          />
          <FormEnd change={rotation} submit="Rotate" onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}

/** Left out, it is as long as before; null would be never. */
function expiry(chosen: Expiry, from: number): { expiresAt?: string | null } {
  const expiresAt = expiresAtOf(chosen, from);
  return expiresAt === undefined ? {} : { expiresAt };
}
