import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { ConfirmDialog } from "../../pieces/confirm-dialog";
import type { AccountDialogProps } from "./account";
import { ResumeAccount } from "./operations";

export function ResumeDialog({ account: { login }, onClose }: AccountDialogProps): ReactNode {
  const resumption = useChange(ResumeAccount, {
    onDone() {
      onClose();
      notifications.show({ message: `${login} was resumed.` });
    },
  });
  return (
    <ConfirmDialog
      title={`Resume ${login}?`}
      action="Resume"
      change={resumption}
      onClose={onClose}
      onConfirm={() => {
        resumption.run({ input: { login } });
      }}
    >
      <Text>
        Its account tokens are accepted again, but for those that were revoked or have expired meanwhile.
      </Text>
    </ConfirmDialog>
  );
}
