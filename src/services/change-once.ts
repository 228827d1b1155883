import { AppError, conflict, notFound, unauthenticated } from "../errors";
import type { KeptAnswer } from "../store/idempotency-store";
import { awaitFirstUse } from "../store/line-store";
import { findTokens } from "../store/token-store";
import type { Caller } from "./caller";
import { change, type Change, type Circumstances } from "./change";
import type { Foundation } from "./foundation";
import type { KeptTokens, Made, Retry } from "./retry";

/** Throws IDEMPOTENCY_MISMATCH when the key was used for another input. Asked before anything runs. */
export async function refuseOtherInput(foundation: Foundation, retry: Retry): Promise<void> {
  refuseMismatch(retry, await retry.find(foundation.database.reader, foundation.now()));
}

function refuseMismatch({ inputDigest }: Retry, kept: KeptAnswer | null): void {
  if (kept !== null && kept.inputDigest !== inputDigest) {
    throw new AppError("IDEMPOTENCY_MISMATCH", "this Idempotency-Key was used with another input");
  }
}

/**
 * Runs a mutation that makes secrets, so that a retry with the same Idempotency-Key is answered as the first request
 * was: the same tokens, the same secrets, nothing made twice, no audit line. `permitAgain`: asks the rule again, at each
 * retry, that the work was judged by.
 */
export async function changeOnce<T extends Made>(
  foundation: Foundation,
  caller: Caller,
  work: (change: Change) => Promise<T[]>,
  permitAgain: (change: Change, made: readonly T[]) => Promise<void>,
  circumstances: Circumstances = {},
): Promise<T[]> {
  const { retry } = caller;
  // Whether a secret was used is asked of the database.
  if (retry !== null) await foundation.usage.flush();
  const once = async (change: Change): Promise<T[]> => {
    const { actor } = change.authority;
    const kept = retry && (await retry.find(change.tx, change.now));
    if (retry === null || actor.kind === "anonymous") return work(change);
    refuseMismatch(retry, kept);
    if (kept === null) {
      if (caller.replayOnly) throw unauthenticated("not found");
      const made = await work(change);
      await retry.keep(change, actor.token.id, made);
      // Their first use is written down as it happens: after it no retry may show them, not even after a crash.
      await awaitFirstUse(
        change.tx,
        made.map(({ token }) => token.id),
      );
      return made;
    }
    const made = await recall<T>(change, kept, retry.secretsOf(kept));
    await permitAgain(change, made);
    if (made.some(({ token }) => token.lastUsedAt !== null)) {
      throw conflict("a secret of this answer was used: it is not shown again");
    }
    for (const { token, replaced } of made) change.authority.reveal(token, ...(replaced ? [replaced] : []));
    return made;
  };
  return change(foundation, caller, once, circumstances);
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
