import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useChange } from "../../../api/use-change";
import { ConfirmDialog } from "../../../pieces/confirm-dialog";
import { useViewer } from "../../../session/session";
import { RemoveMembership } from "../operations";

interface Props {
  readonly slug: string;
  readonly login: string;
  readonly onClose: () => void;
}

/** Takes somebody's role, or gives up one's own. */
export function RemovalDialog({ slug, login, onClose }: Props): ReactNode {
  const isOwn = useViewer().account.login === login;
  const removal = useChange(RemoveMembership, {
    onDone() {
      onClose();
      notifications.show({
        message: isOwn ? `You have left ${slug}.` : `${login} was removed from ${slug}.`,
      });
    },
  });
  return (
    <ConfirmDialog
      title={isOwn ? `Leave ${slug}?` : `Remove ${login} from ${slug}?`}
      action={isOwn ? "Leave" : "Remove"}
      change={removal}
      onClose={onClose}
      onConfirm={() => {
        removal.run({ input: { organization: slug, login } });
      }}
    >
      <Text>
        {isOwn ? "Your" : `The`} account tokens {isOwn ? "" : `of ${login} `}reach nothing here from that
        moment on, but for repositories where {isOwn ? "you collaborate" : `${login} collaborates`} directly.
      </Text>
      <Text>Repository tokens that {isOwn ? "you" : login} created stay good: revoke those apart.</Text>
    </ConfirmDialog>
  );
}
