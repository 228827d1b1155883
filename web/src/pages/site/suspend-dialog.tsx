import { Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { ConfirmDialog } from "../../pieces/confirm-dialog";
import { fieldFault } from "../../pieces/field-fault";
import { useViewer } from "../../session/session";
import type { AccountDialogProps } from "./account";
import { LiveTokensNotice } from "./live-tokens-notice";
import { SuspendAccount } from "./operations";

/** Refuses the tokens of an account until it is resumed, after it was said what stops working. */
export function SuspendDialog({ account: { id, login }, onClose }: AccountDialogProps): ReactNode {
  const isOwn = useViewer().account.id === id;
  const [reason, setReason] = useState("");
  const suspension = useChange(SuspendAccount, {
    onDone() {
      onClose();
      notifications.show({ message: `${login} was suspended.` });
    },
  });
  return (
    <ConfirmDialog
      title={`Suspend ${login}?`}
      action="Suspend"
      change={suspension}
      onClose={onClose}
      onConfirm={() => {
        suspension.run({ input: { login, ...(reason === "" ? {} : { reason }) } });
      }}
    >
      <Text>
        Every account token of {login} is refused from that moment on, until the account is resumed.
        Repository tokens that it made go on working.
        {isOwn && " This is your own account: you will be signed out."}
      </Text>
      <LiveTokensNotice
        login={login}
        titleOf={(count) => (count === 1 ? "1 token stops working" : `${count} tokens stop working`)}
      />
      <TextInput
        label="Reason"
        description="For the audit log; may be left out."
        value={reason}
        maxLength={200}
        onChange={(event) => {
          setReason(event.currentTarget.value);
        }}
        error={fieldFault(suspension.failure, "reason")}
      />
    </ConfirmDialog>
  );
}
