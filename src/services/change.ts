import { accountIdOf, anonymous } from "../domain/actor";
import { type AppError, unauthenticated } from "../errors";
import { insertAuditEvents, type NewAuditEvent } from "../store/audit-store";
import type { Tx, WriteOptions } from "../store/database";
import { findGrantById } from "../store/grant-store";
import { actorOf, isSuspended, refusalOf } from "./admission";
import { Authority } from "./authority";
import { Caller } from "./caller";
import type { Foundation } from "./foundation";
import { Sight } from "./sight";

/** What is not said is the caller's, or null. */
type AuditLine = Pick<NewAuditEvent, "action"> & Partial<NewAuditEvent>;

/** A change under way: the transaction, the authority it is judged by, its one instant, and its audit lines. */
export interface Change {
  readonly tx: Tx;
  readonly authority: Authority;
  readonly sight: Sight;
  readonly now: number;
  record(line: AuditLine): void;
}

/** A change that time or another request brings about: nobody acts, and nobody's authority is asked. */
export function changeUnattended<T>(
  foundation: Foundation,
  work: (change: Change) => Promise<T>,
  options: WriteOptions = {},
): Promise<T> {
  const { reader } = foundation.database;
  const nobody = { requestId: "server", ip: null, userAgent: null };
  return change(foundation, new Caller(nobody, new Authority(anonymous, reader), reader), work, options);
}

export interface Circumstances extends WriteOptions {
  /** Thrown instead of UNAUTHENTICATED when another request has rotated the caller's own token a moment ago. */
  readonly ifRotatedMeanwhile?: AppError;
}

/**
 * Runs one mutation: a transaction in which the caller's authority is read anew, so that a right lost a moment ago
 * does not pass, and in which the audit lines are written. Afterwards the caller has the authority that was judged.
 */
export async function change<T>(
  foundation: Foundation,
  caller: Caller,
  work: (change: Change) => Promise<T>,
  circumstances: Circumstances = {},
): Promise<T> {
  const { database } = foundation;
  const [result, authority] = await database.write(async (tx) => {
    const now = foundation.now();
    const authority = await readAuthority(tx, caller, now, circumstances);
    const lines: NewAuditEvent[] = [];
    const record = (line: AuditLine): void => {
      lines.push(completeLine(line, authority, caller, now));
    };
    const result = await work({ tx, authority, sight: new Sight(authority, tx), now, record });
    await insertAuditEvents(tx, lines);
    return [result, authority] as const;
  }, circumstances);
  caller.become(authority, database.reader);
  return result;
}

async function readAuthority(
  tx: Tx,
  caller: Caller,
  now: number,
  { ifRotatedMeanwhile }: Circumstances,
): Promise<Authority> {
  const { actor } = caller.authority;
  if (actor.kind === "anonymous") return new Authority(actor, tx);
  const grant = await findGrantById(tx, actor.token.id);
  const refusal = refusalOf(grant, now);
  // The retry of a rotation may have been let in before the first request rotated the token presented.
  const replays =
    refusal === "ROTATED" &&
    grant !== null &&
    !isSuspended(grant) &&
    (await caller.retry?.mayReplay(tx, grant.token, now)) === true;
  if (grant === null || (refusal !== null && !replays)) {
    if (refusal === "ROTATED" && !caller.hasChanged && ifRotatedMeanwhile !== undefined)
      throw ifRotatedMeanwhile;
    throw unauthenticated(refusal === "EXPIRED" ? "token expired" : "not found");
  }
  return new Authority(actorOf(grant), tx);
}

function completeLine(line: AuditLine, { actor }: Authority, { origin }: Caller, now: number): NewAuditEvent {
  return {
    at: new Date(now),
    requestId: origin.requestId,
    actorId: accountIdOf(actor),
    actorTokenId: actor.kind === "anonymous" ? null : actor.token.id,
    accountId: null,
    organizationId: null,
    repositoryId: null,
    tokenId: null,
    scope: null,
    role: null,
    reason: null,
    ip: origin.ip,
    userAgent: origin.userAgent,
    ...line,
  };
}
