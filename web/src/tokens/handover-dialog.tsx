import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useChange } from "../api/use-change";
import { ConfirmDialog } from "../pieces/confirm-dialog";
import { CancelHandover, FinishHandover, type TokenSummary } from "./operations";
import { UsageNotice } from "./usage-notice";

interface Props {
  readonly token: TokenSummary;
  readonly step: "finish" | "cancel";
  readonly onClose: () => void;
}

/** Ends the handover of a retiring token, for its successor or against it. */
export function HandoverDialog({ token, step, onClose }: Props): ReactNode {
  const onDone = (): void => {
    onClose();
    const message = step === "finish" ? "The old secret has ended." : "The rotation was canceled.";
    notifications.show({ message });
  };
  const finish = useChange(FinishHandover, { onDone });
  const cancel = useChange(CancelHandover, { onDone });
  const change = step === "finish" ? finish : cancel;
  return (
    <ConfirmDialog
      title={
        step === "finish"
          ? `End the old secret of "${token.label}" now?`
          : `Cancel the rotation of "${token.label}"?`
      }
      action={step === "finish" ? "End it now" : "Cancel the rotation"}
      change={change}
      onClose={onClose}
      onConfirm={() => {
        change.run({ id: token.id });
      }}
    >
      {step === "finish" ? (
        <>
          <Text>The old secret ({token.hint}…) is refused from that moment on; the new one stays.</Text>
          <UsageNotice id={token.id} stops="These stop working if they still have the old secret" />
        </>
      ) : (
        <Text>The new secret, which nobody has used yet, is refused; the old one ({token.hint}…) stays.</Text>
      )}
    </ConfirmDialog>
  );
}
