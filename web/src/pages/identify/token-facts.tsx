import { Code, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Facts } from "../../pieces/facts";
import { AccountLink, RepositoryLink } from "../../pieces/links";
import { Time } from "../../pieces/time";
import { TokenState } from "../../tokens/token-state";
import type { IdentifiedToken, TokenDetails, Verdict } from "./operations";

interface Props extends Pick<Verdict, "account" | "repository"> {
  readonly token: IdentifiedToken;
  /** What is hidden from the caller is left out. */
  readonly details: TokenDetails | null;
}

/** What a token is, whose, and how it stands. */
export function TokenFacts({ token, account, repository, details }: Props): ReactNode {
  const { createdBy = null, createdByToken = null, revokedBy = null, replacedBy = null } = details ?? {};
  return (
    <Facts
      facts={[
        ["Kind", token.kind === "ACCOUNT" ? "Account token" : "Repository token"],
        ["State", <TokenState key="state" state={token.state} handover={details?.handover ?? null} />],
        account && ["Owner", <Owner key="owner" {...account} />],
        repository && ["Repository", <RepositoryLink key="repository" {...repository} />],
        ["Scope", token.scope ?? "whatever its owner reaches"],
        ["Created", <Time key="created" at={token.createdAt} />],
        createdBy && ["Created by", <AccountLink key="by" {...createdBy} />],
        createdByToken && ["Created with", <Named key="with" {...createdByToken} />],
        token.imported && ["Imported", "yes"],
        ["Last used", <Time key="used" at={token.lastUsedAt} />],
        ["Expires", <Time key="expires" at={token.expiresAt} />],
        token.revokedAt !== null && ["Revoked", <Time key="revoked" at={token.revokedAt} />],
        revokedBy && ["Revoked by", <AccountLink key="ended" {...revokedBy} />],
        token.revokeReason !== null && ["Reason", token.revokeReason],
        replacedBy && ["Replaced by", <Named key="successor" {...replacedBy} />],
      ]}
    />
  );
}

const Owner = ({ login, name, kind }: NonNullable<Verdict["account"]>): ReactNode => (
  <Text span inherit>
    <AccountLink login={login} /> {name !== null && `(${name})`} {kind === "SERVICE" && "- a service"}
  </Text>
);

const Named = ({ label, hint }: { readonly label: string; readonly hint: string }): ReactNode => (
  <>
    {label} <Code>{hint}…</Code>
  </>
);
