import { Modal, Stack, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { FormEnd } from "../../pieces/form-end";
import { fieldFault } from "../../pieces/field-fault";
import type { AccountDialogProps } from "./account";
import { UpdateAccount } from "./operations";

export function NameDialog({ account, onClose }: AccountDialogProps): ReactNode {
  const [name, setName] = useState(account.name ?? "");
  const change = useChange(UpdateAccount, { onDone: onClose });
  return (
    <Modal opened onClose={onClose} title={`Name of ${account.login}`} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.run({ input: { login: account.login, name: name.trim() === "" ? null : name } });
        }}
      >
        <Stack>
          <TextInput
            label="Name"
            description="Empty: none."
            value={name}
            maxLength={100}
            autoComplete="off"
            data-autofocus
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
            error={fieldFault(change.failure, "name")}
          />
          <FormEnd change={change} submit="Save" onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
