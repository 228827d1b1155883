import { Loader, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type ReactNode } from "react";
import { useAnswer } from "../../api/use-answer";
import { useChange } from "../../api/use-change";
import { ConfirmDialog } from "../../pieces/confirm-dialog";
import { FailureAlert } from "../../pieces/failure-alert";
import { fieldFault } from "../../pieces/field-fault";
import { useViewer } from "../../session/session";
import type { AccountDialogProps } from "./account";
import { LiveTokensNotice } from "./live-tokens-notice";
import { RevokeAccountTokens } from "./operations";

/** Ends every token of an account and every repository token that it made, after it was said how many those are. */
export function RevokeAllDialog({ account: { id, login }, onClose }: AccountDialogProps): ReactNode {
  const isOwn = useViewer().account.id === id;
  const [reason, setReason] = useState("");
  const count = useAnswer(RevokeAccountTokens, { login, dryRun: true });
  const revocation = useChange(RevokeAccountTokens, {
    onDone({ revokeTokens }) {
      onClose();
      notifications.show({ message: `${tokens(revokeTokens?.revokedCount ?? 0)} revoked.` });
    },
  });
  const counted = count.data?.revokeTokens?.revokedCount;
  return (
    <ConfirmDialog
      title={`Revoke all tokens of ${login}?`}
      action="Revoke all"
      word={login}
      isPossible={counted !== undefined && counted > 0}
      change={revocation}
      onClose={onClose}
      onConfirm={() => {
        revocation.run({ login, dryRun: false, ...(reason === "" ? {} : { reason }) });
      }}
    >
      <FailureAlert failure={count.error} />
      {counted === undefined && count.error === null && <Loader size="sm" aria-label="Counting the tokens" />}
      {counted !== undefined && (
        <Text role="status">
          <strong>{tokens(counted)}</strong>: its account tokens, and the repository tokens that it made. They
          are refused from that moment on, for good.
          {isOwn && " This is your own account: you will be signed out."}
        </Text>
      )}
      <LiveTokensNotice login={login} titleOf={(count) => `Its account tokens: ${count}`} />
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
    </ConfirmDialog>
  );
}

const tokens = (count: number): string => (count === 1 ? "1 token" : `${count} tokens`);
