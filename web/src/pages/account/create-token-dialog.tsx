import type { ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { useReveal } from "../../pieces/secret-once";
import { useViewer } from "../../session/session";
import { NewTokenDialog } from "../../tokens/new-token-dialog";
import { CreateAccountToken } from "./operations";

interface Props {
  /** Whose token it will be. */
  readonly login: string;
  readonly onClose: () => void;
}

export function CreateTokenDialog({ login, onClose }: Props): ReactNode {
  const reveal = useReveal();
  const isOwn = useViewer().account.login === login;
  const creation = useChange(CreateAccountToken, {
    retriable: true,
    onDone({ createAccountToken }) {
      if (createAccountToken === null) return;
      onClose();
      const { token, secret } = createAccountToken;
      reveal({ title: `"${token.label}" was created`, secret });
    },
  });
  return (
    <NewTokenDialog
      title={isOwn ? "Create an account token" : `Create an account token of ${login}`}
      label={{ placeholder: "laptop" }}
      change={creation}
      onClose={onClose}
      onCreate={(token) => {
        creation.run({ input: { account: login, ...token } });
      }}
    />
  );
}
