import type { Token } from "../domain/token";
import { digestOf } from "../secrets/digest";
import { mintSecret } from "../secrets/mint";
import { hintOf } from "../secrets/parse";
import type { Tx } from "../store/database";
import { insertTokens, type NewToken } from "../store/token-store";
import type { Change } from "./change";

/** A new token with its secret, which exists here and in the one answer that carries it. */
export interface CreatedToken {
  readonly token: Token;
  readonly secret: string;
}

/** A token to be, but for its secret. */
export type Draft = Omit<NewToken, "hint" | "digest">;

/** Mints a secret for each draft and stores its digest. The secrets are in the result and nowhere else. */
export async function mintTokens(tx: Tx, drafts: readonly Draft[]): Promise<CreatedToken[]> {
  return storeTokens(
    tx,
    drafts.map((draft) => ({ draft, secret: mintSecret(draft.kind) })),
  );
}

export async function mintToken(tx: Tx, draft: Draft): Promise<CreatedToken> {
  return only(await mintTokens(tx, [draft]));
}

/** Stores a token whose secret the operator chose: the first administrator's. */
export async function adoptToken(tx: Tx, draft: Draft, secret: string): Promise<CreatedToken> {
  return only(await storeTokens(tx, [{ draft, secret }]));
}

/** Who made it: what a repository token makes has the creator of that token. */
export function originOf(change: Change): Pick<Draft, "createdAt" | "createdById" | "createdByTokenId"> {
  const { actor } = change.authority;
  const createdAt = new Date(change.now);
  if (actor.kind === "anonymous") return { createdAt, createdById: null, createdByTokenId: null };
  const createdById = actor.kind === "account" ? actor.account.id : actor.token.createdById;
  return { createdAt, createdById, createdByTokenId: actor.token.id };
}

async function storeTokens(
  tx: Tx,
  pairs: readonly { readonly draft: Draft; readonly secret: string }[],
): Promise<CreatedToken[]> {
  const rows = pairs.map(({ draft, secret }) => ({
    ...draft,
    hint: hintOf(secret),
    digest: digestOf(secret),
  }));
  const tokens = await insertTokens(tx, rows);
  return pairs.map(({ secret }, index) => ({ token: present(tokens[index]), secret }));
}

const only = (created: readonly CreatedToken[]): CreatedToken => present(created[0]);

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a row that was inserted did not come back");
  return value;
}
