import { isLive, stateOf, type Token } from "../domain/token";
import { AppError, conflict, notFound, unauthenticated } from "../errors";
import type { KeptAnswer } from "../store/idempotency-store";
import { findTokens } from "../store/token-store";
import type { Caller } from "./caller";
import { change, type Change, type Circumstances } from "./change";
import type { Foundation } from "./foundation";
import type { KeptTokens, Made, Retry } from "./retry";

/** Throws IDEMPOTENCY_MISMATCH when the key was used for another input. Asked before anything runs. */
export async function refuseOtherInput(foundation: Foundation, retry: Retry): Promise<void> {
  const kept = await retry.find(foundation.database.reader, foundation.now());
  if (kept !== null && kept.inputDigest !== retry.inputDigest) {
    throw new AppError("IDEMPOTENCY_MISMATCH", "this Idempotency-Key was used with another input");
  }
}

/**
 * Whether a token that was rotated may still do one thing: ask again for the answer to its own rotation. The owner must
 * be at work, and the successor good.
 */
export async function mayReplay(foundation: Foundation, retry: Retry, token: Token): Promise<boolean> {
  const { database, now } = foundation;
  const kept = await retry.find(database.reader, now());
  if (kept === null) return false;
  const { tokenIds, replacedIds } = JSON.parse(kept.answer) as KeptTokens;
  if (!replacedIds.includes(token.id) || replacedIds.length !== 1) return false;
  const [successor] = await findTokens(database.reader, tokenIds);
  return successor !== undefined && isLive(stateOf(successor, now()));
}

/**
 * Runs a mutation that makes secrets, so that a retry with the same Idempotency-Key is answered as the first request
 * was: the same tokens, the same secrets, nothing made twice, no audit line. The rule is asked again at each retry.
 */
export async function changeOnce<T extends Made>(
  foundation: Foundation,
  caller: Caller,
  work: (change: Change) => Promise<T[]>,
  permitAgain: (change: Change, made: T) => Promise<void>,
  circumstances: Circumstances = {},
): Promise<T[]> {
  const { retry } = caller;
  // Whether a secret was used is asked of the database.
  if (retry !== null) await foundation.usage.flush();
  const once = async (change: Change): Promise<T[]> => {
    const { actor } = change.authority;
    const kept = retry && (await retry.find(change.tx, change.now));
    if (retry === null || actor.kind === "anonymous") return work(change);
    if (kept === null) {
      if (caller.replayOnly) throw unauthenticated("not found");
      const made = await work(change);
      await retry.keep(change, actor.token.id, made);
      return made;
    }
    const made = await recall<T>(change, kept, retry.secretsOf(kept));
    for (const one of made) await permitAgain(change, one);
    if (made.some(wasUsed)) {
      throw conflict("a secret of this answer was used: it is not shown again");
    }
    for (const { token, replaced } of made) change.authority.reveal(token, ...(replaced ? [replaced] : []));
    return made;
  };
  return change(foundation, caller, once, circumstances);
}

/** A first use that handed a line over is known even when the rest of it was lost in a crash. */
function wasUsed({ token, replaced }: Made): boolean {
  return (
    token.lastUsedAt !== null || (replaced?.replacedById === token.id && replaced.successorUsedAt !== null)
  );
}

async function recall<T extends Made>(
  { tx }: Change,
  kept: KeptAnswer,
  secrets: readonly string[],
): Promise<T[]> {
  const { tokenIds, replacedIds } = JSON.parse(kept.answer) as KeptTokens;
  const found = new Map(
    (await findTokens(tx, [...tokenIds, ...replacedIds])).map((token) => [token.id, token]),
  );
  return tokenIds.map((id, index) => {
    const token = found.get(id);
    const replaced = found.get(replacedIds[index] ?? 0);
    if (token === undefined) throw notFound();
    return { token, secret: secrets[index] ?? "", ...(replaced ? { replaced } : {}) } as T;
  });
}
