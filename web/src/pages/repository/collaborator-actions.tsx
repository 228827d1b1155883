import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { ConfirmDialog } from "../../pieces/confirm-dialog";
import { useViewer } from "../../session/session";
import { CollaboratorDialog } from "./collaborator-dialog";
import { RemoveCollaborator } from "./operations";
import type { Scope } from "../../tokens/scopes";

interface Props {
  readonly login: string;
  readonly scope: Scope;
  readonly slug: string;
}

export function CollaboratorActions({ login, scope, slug }: Props): ReactNode {
  const [open, setOpen] = useState<"change" | "remove" | null>(null);
  const close = (): void => {
    setOpen(null);
  };
  return (
    <>
      <Group gap="xs" justify="flex-end">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Change ${login}`}
          onClick={() => {
            setOpen("change");
          }}
        >
          Change
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          c="var(--mantine-color-error)"
          aria-label={`Remove ${login}`}
          onClick={() => {
            setOpen("remove");
          }}
        >
          Remove
        </Button>
      </Group>
      {open === "change" && <CollaboratorDialog slug={slug} current={{ login, scope }} onClose={close} />}
      {open === "remove" && <RemoveDialog login={login} slug={slug} onClose={close} />}
    </>
  );
}

function RemoveDialog({
  login,
  slug,
  onClose,
}: Omit<Props, "scope"> & { readonly onClose: () => void }): ReactNode {
  const isSelf = useViewer().account.login === login;
  const removal = useChange(RemoveCollaborator, {
    onDone() {
      onClose();
      notifications.show({ message: `${login} is no collaborator of ${slug} any more.` });
    },
  });
  return (
    <ConfirmDialog
      title={`Remove ${login} from ${slug}?`}
      action="Remove"
      change={removal}
      onClose={onClose}
      onConfirm={() => {
        removal.run({ input: { repository: slug, login } });
      }}
    >
      <Text>
        {isSelf ? "Your account tokens reach" : `The account tokens of ${login} reach`} this repository from
        then on only as far as a role in the organization allows.
        {isSelf && " You may not be able to come back here."}
      </Text>
      <Text>
        Repository tokens that {isSelf ? "you" : login} made stay good: delete those that should end under API
        permissions.
      </Text>
    </ConfirmDialog>
  );
}
