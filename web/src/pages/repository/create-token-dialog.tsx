import { useState, type ReactNode } from "react";
import { useChange } from "../../api/use-change";
import { fieldFault } from "../../pieces/field-fault";
import { useReveal } from "../../pieces/secret-once";
import { NewTokenDialog } from "../../tokens/new-token-dialog";
import { BadgeSnippets } from "./badge-snippets";
import { CreateRepositoryToken } from "./operations";
import { ScopeField } from "../../tokens/scope-field";
import type { Scope } from "../../tokens/scopes";

interface Props {
  readonly slug: string;
  readonly onClose: () => void;
  /** What is likely wanted. */
  readonly likely?: { readonly scope: Scope; readonly label: string };
}

export function CreateTokenDialog({ slug, onClose, likely }: Props): ReactNode {
  const reveal = useReveal();
  const [scope, setScope] = useState<Scope>(likely?.scope ?? "READ_ONLY");
  const creation = useChange(CreateRepositoryToken, {
    retriable: true,
    onDone({ createRepositoryToken }) {
      if (createRepositoryToken === null) return;
      onClose();
      const { token, secret } = createRepositoryToken;
      reveal({
        title: `"${token.label}" was created`,
        secret,
        after:
          token.scope === "STATUS" &&
          ((onCopied) => <BadgeSnippets slug={slug} secret={secret} onCopied={onCopied} />),
      });
    },
  });
  return (
    <NewTokenDialog
      title={`Create a token for ${slug}`}
      label={{ placeholder: "coverage upload", likely: likely?.label }}
      change={creation}
      onClose={onClose}
      onCreate={(token) => {
        creation.run({ input: { repository: slug, scope, ...token } });
      }}
    >
      <ScopeField
        of="ofToken"
        value={scope}
        onChange={setScope}
        error={fieldFault(creation.failure, "scope")}
      />
    </NewTokenDialog>
  );
}
