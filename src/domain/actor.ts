import type { Account } from "./account";
import type { RepositoryScope } from "./scope";
import type { Token } from "./token";

/** Who asks. What an account token reaches is not in here: it is what its owner has at that moment. */
export type Actor = AnonymousActor | AccountActor | RepositoryActor;

export interface AnonymousActor {
  readonly kind: "anonymous";
}

export interface AccountActor {
  readonly kind: "account";
  readonly token: Token;
  readonly account: Account;
}

export interface RepositoryActor {
  readonly kind: "repository";
  readonly token: Token;
  readonly repositoryId: number;
  readonly scope: RepositoryScope;
}

export const anonymous: AnonymousActor = { kind: "anonymous" };

/** Whether the actor is a site administrator, or a token of one. */
export function isSiteAdmin(actor: Actor): boolean {
  return actor.kind === "account" && actor.account.isSiteAdmin;
}

/** The id of the account that acts; null for a repository token and for nobody. */
export function accountIdOf(actor: Actor): number | null {
  return actor.kind === "account" ? actor.account.id : null;
}
