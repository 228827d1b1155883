import type { Actor } from "../domain/actor";
import { isLive, stateOf } from "../domain/token";
import type { KnownVerdict } from "../domain/verdict";
import type { Grant } from "../store/grant-store";

/** Why a secret is not accepted. */
export type Refusal =
  "NOT_FOUND" | Extract<KnownVerdict["code"], "REVOKED" | "ROTATED" | "EXPIRED" | "ACCOUNT_SUSPENDED">;

/** Why a token is not accepted now, the first reason that holds; null: it is accepted. */
export function refusalOf(grant: Grant | null, now: number): Refusal | null {
  if (grant === null) return "NOT_FOUND";
  const state = stateOf(grant.token, now);
  if (!isLive(state)) return state;
  return isSuspended(grant) ? "ACCOUNT_SUSPENDED" : null;
}

export function isSuspended({ account }: Grant): boolean {
  return account !== null && account.suspendedAt !== null;
}

/** Who acts with this token. */
export function actorOf({ token, account }: Grant): Actor {
  if (token.kind === "ACCOUNT" && account !== null) return { kind: "account", token, account };
  if (token.kind === "REPOSITORY" && token.repositoryId !== null && token.scope !== null) {
    return { kind: "repository", token, repositoryId: token.repositoryId, scope: token.scope };
  }
  // A row that is neither is damaged: it opens nothing.
  return { kind: "anonymous" };
}
