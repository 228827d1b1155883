import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { ConfirmDialog } from "../../pieces/confirm-dialog";
import { useViewer } from "../../session/session";
import type { AccountDialogProps } from "./account";
import { UpdateAccount } from "./operations";

/** Makes a site administrator, or unmakes one. */
export function SiteAdminDialog({ account, onClose }: AccountDialogProps): ReactNode {
  const { login, isSiteAdmin } = account;
  const isOwn = useViewer().account.id === account.id;
  const change = useChange(UpdateAccount, {
    onDone() {
      onClose();
      notifications.show({
        message:
          isSiteAdmin === true
            ? `${login} is no site administrator any more.`
            : `${login} is a site administrator.`,
      });
      // What this person may do is asked for at the start.
      if (isOwn) location.assign("/");
    },
  });
  return (
    <ConfirmDialog
      title={
        isSiteAdmin === true
          ? `Remove ${login} as site administrator?`
          : `Make ${login} a site administrator?`
      }
      action={isSiteAdmin === true ? "Remove" : "Make site administrator"}
      change={change}
      onClose={onClose}
      onConfirm={() => {
        change.run({ input: { login, isSiteAdmin: isSiteAdmin !== true } });
      }}
    >
      <Text>
        {isSiteAdmin === true
          ? "Its tokens reach from then on only what its own roles allow: no accounts, and no organization that it is not in."
          : "Its tokens may do everything from then on: in every organization, and with every account."}
        {isOwn && " This is your own account: the pages of site administrators are closed to you afterwards."}
      </Text>
    </ConfirmDialog>
  );
}
