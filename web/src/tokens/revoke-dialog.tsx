import { Checkbox, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type ReactNode } from "react";
import { useChange } from "../api/use-change";
import { ConfirmDialog } from "../pieces/confirm-dialog";
import { fieldFault } from "../pieces/field-fault";
import { useViewer } from "../session/session";
import { RevokeToken, type TokenSummary } from "./operations";
import { UsageNotice } from "./usage-notice";

interface Props {
  readonly token: TokenSummary;
  readonly onClose: () => void;
  /** Has to be typed before it can be done. */
  readonly word?: string | undefined;
  /** What ending it is called. */
  readonly action?: "Revoke" | "Delete";
}

/** Ends a token, after it was said what stops working. */
export function RevokeDialog({ token, onClose, word, action = "Revoke" }: Props): ReactNode {
  const isOwn = useViewer().token.id === token.id;
  const [reason, setReason] = useState("");
  const [withCreated, setWithCreated] = useState(false);
  const revocation = useChange(RevokeToken, {
    onDone({ revokeToken }) {
      onClose();
      const count = revokeToken?.revokedCount ?? 0;
      notifications.show({
        message:
          count === 1
            ? `"${token.label}" was ${action.toLowerCase()}d.`
            : `${count} tokens were ${action.toLowerCase()}d.`,
      });
    },
  });
  return (
    <ConfirmDialog
      title={`${action} "${token.label}"?`}
      action={action}
      word={word}
      change={revocation}
      onClose={onClose}
      onConfirm={() => {
        revocation.run({ input: { id: token.id, withCreated, ...(reason === "" ? {} : { reason }) } });
      }}
    >
      <Text>
        Its secret ({token.hint}…) is refused from that moment on, for good.
        {isOwn && " It is the token you are signed in with: you will be signed out."}
      </Text>
      <UsageNotice id={token.id} stops="These stop working" />
      <TextInput
        label="Reason"
        description="For the audit log; may be left out."
        value={reason}
        maxLength={200}
        onChange={(event) => {
          setReason(event.currentTarget.value);
        }}
        error={fieldFault(revocation.failure, "reason")}
      />
      <Checkbox
        label="Also revoke every token that was made with it"
        checked={withCreated}
        onChange={(event) => {
          setWithCreated(event.currentTarget.checked);
        }}
      />
    </ConfirmDialog>
  );
}
