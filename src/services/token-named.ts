import type { Token } from "../domain/token";
import { notFound } from "../errors";
import type { Caller } from "./caller";
import type { Change } from "./change";

/** The token that a mutation is about; without an id the one presented. NOT_FOUND when the caller does not see it. */
export async function tokenNamed({ authority, sight }: Change, id: number | undefined): Promise<Token> {
  if (id === undefined && authority.actor.kind !== "anonymous") return authority.actor.token;
  const token = await sight.token(id ?? 0);
  if (token === null) throw notFound();
  return token;
}

/** Whether `tokenNamed` means the token that the caller presents. */
export function isPresented({ authority: { actor } }: Caller, id: number | undefined): boolean {
  return actor.kind !== "anonymous" && (id === undefined || actor.token.id === id);
}
