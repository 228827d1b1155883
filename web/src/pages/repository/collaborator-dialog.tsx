import { Modal, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { FormEnd } from "../../pieces/form-end";
import { fieldFault } from "../../pieces/field-fault";
import { SetCollaborator } from "./operations";
import { ScopeField } from "../../tokens/scope-field";
import type { Scope } from "../../tokens/scopes";

interface Props {
  readonly slug: string;
  /** Whose scope is changed; left out: somebody is added. */
  readonly current?: { readonly login: string; readonly scope: Scope };
  readonly onClose: () => void;
}

/** Gives an account a scope on a repository. */
export function CollaboratorDialog({ slug, current, onClose }: Props): ReactNode {
  const [login, setLogin] = useState(current?.login ?? "");
  const [scope, setScope] = useState<Scope>(current?.scope ?? "READ_ONLY");
  const change = useChange(SetCollaborator, {
    onDone() {
      onClose();
      notifications.show({ message: `${login.trim()} has the scope ${scope} on ${slug}.` });
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={current === undefined ? `Add a collaborator to ${slug}` : `Change the scope of ${current.login}`}
      size="lg"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.run({ input: { repository: slug, login: login.trim(), scope } });
        }}
      >
        <Stack>
          {current === undefined && (
            <TextInput
              label="Login"
              description="Of a person or a service."
              value={login}
              required
              withAsterisk={false}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              onChange={(event) => {
                setLogin(event.currentTarget.value);
              }}
              error={fieldFault(change.failure, "login")}
            />
          )}
          <ScopeField of="ofAccount" value={scope} onChange={setScope} />
          <FormEnd change={change} submit={current === undefined ? "Add" : "Change"} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
