import { bounds } from "../domain/text";
import { isLive, lifetimeMs, stateOf, successorIdOf, type Token } from "../domain/token";
import { type AppError, badInput, conflict, limitExceeded, notFound } from "../errors";
import { startHandoverCount } from "../store/line-store";
import { findTokens } from "../store/token-store";
import type { Caller } from "./caller";
import { change, type Change } from "./change";
import { changeOnce } from "./change-once";
import type { Foundation } from "./foundation";
import { readText, readWholeNumber } from "./input";
import { checkExpiry, decideExpiry, longestLifetimeMs, outlivesCaller } from "./lifetime";
import { aboutToken, Lines } from "./lines";
import { type CreatedToken, mintToken } from "./minting";
import { permit } from "./permit";
import { checkSelection, select, type TokenSelection } from "./selection";
import { isPresented, tokenNamed } from "./token-named";

type Handover = "IMMEDIATE" | "ON_FIRST_USE";

export interface RotateToken {
  /** Left out: the token presented. */
  readonly id?: number;
  readonly handover?: Handover | null;
  /** 0 to 2592000 (30 days); with IMMEDIATE it must be 0. */
  readonly overlapSeconds?: number | null;
  readonly label?: string | null;
  /** Undefined: as long as the old one lived; null: never. */
  readonly expiresAt?: Date | null;
}

export interface RotateTokens extends TokenSelection {
  readonly handover?: Handover | null;
  readonly overlapSeconds?: number | null;
  readonly dryRun?: boolean | null;
}

export interface RotatedToken extends CreatedToken {
  readonly replaced: Token;
}

/** How one rotation is done, after the input was checked. */
interface Manner {
  readonly handover: Handover;
  readonly overlapMs: number;
  readonly label: string | null;
  readonly given: Date | null;
  readonly never: boolean;
}

const MAX_OVERLAP_SECONDS = 2_592_000;
const MOST_AT_ONCE = 1000;

/** Replaces tokens. Kind, scope, repository and creator of a token stay those of its predecessor. */
export class RotationService {
  constructor(private readonly foundation: Foundation) {}

  /** UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT. */
  async rotateToken(caller: Caller, input: RotateToken): Promise<RotatedToken> {
    const label = typeof input.label === "string" ? readText("label", bounds.label, input.label) : null;
    const never = input.expiresAt === null;
    if (never && this.foundation.limits.maxTokenLifetimeMs !== Infinity) {
      throw badInput("expiresAt", "must not be null: this server has a maximum lifetime");
    }
    const given = checkExpiry(this.foundation, input.expiresAt);
    const manner = { ...readHandover(input, "IMMEDIATE"), label, given, never };
    await this.foundation.usage.flush();
    const successorBefore = await this.successorNow(caller, input.id);

    const work = async (change: Change): Promise<RotatedToken[]> => {
      const token = await tokenNamed(change, input.id);
      await permit(change.authority, "Mutation.rotateToken", token);
      const lines = await Lines.load(change, [token.id]);
      const successor = lines.token(token.id)?.replacedById ?? null;
      if (successor !== null && successor !== successorBefore) throw rotatedMeanwhile();
      const rotated = await this.rotate(change, lines, token, manner);
      await lines.save(endingBy(change));
      return [present(change, lines, rotated)];
    };
    // Two rotate their own credential at once: the loser learns that it lost, not that it is unknown.
    const ifRotatedMeanwhile = isPresented(caller, input.id) ? rotatedMeanwhile() : undefined;
    const [rotated] = await changeOnce(this.foundation, caller, work, permitRotationAgain, {
      ifRotatedMeanwhile,
    });
    if (rotated === undefined) throw notFound();
    return rotated;
  }

  /**
   * All or none, one rotation a line: of an unused pair the predecessor; RETIRING tokens whose successor was used are
   * passed over, and so is the token presented. UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, LIMIT_EXCEEDED.
   */
  async rotateTokens(
    caller: Caller,
    input: RotateTokens,
  ): Promise<{ rotatedCount: number; tokens: RotatedToken[] }> {
    checkSelection(input);
    const manner = { ...readHandover(input, "ON_FIRST_USE"), label: null, given: null, never: false };
    const { actor } = caller.authority;
    const own = actor.kind === "anonymous" ? null : actor.token.id;
    if (own !== null && input.ids?.includes(own) === true) {
      throw badInput("ids", "must not name the token presented: it rotates itself by rotateToken");
    }
    await this.foundation.usage.flush();
    let counted = 0;
    const work = async (change: Change): Promise<RotatedToken[]> => {
      const { lines, targets } = await this.choose(change, input);
      counted = targets.length;
      if (input.dryRun === true) return [];
      const rotated: RotatedToken[] = [];
      for (const target of targets) rotated.push(await this.rotate(change, lines, target, manner));
      await lines.save(endingBy(change));
      return rotated.map((one) => present(change, lines, one));
    };
    const again = async (change: Change, made: readonly RotatedToken[]): Promise<void> => {
      // A dry run made nothing to be shown again: it counts what it would rotate now.
      if (input.dryRun === true) counted = (await this.choose(change, input)).targets.length;
      else await select(change, "rotate", input);
      await permitRotationAgain(change, made);
    };
    const tokens = await changeOnce(this.foundation, caller, work, again);
    return { rotatedCount: input.dryRun === true ? counted : tokens.length, tokens };
  }

  /** The tokens that a bulk rotation replaces, each once. */
  private async choose(
    change: Change,
    input: RotateTokens,
  ): Promise<{ readonly lines: Lines; readonly targets: readonly Token[] }> {
    const { actor } = change.authority;
    const own = actor.kind === "anonymous" ? null : actor.token.id;
    await permit(change.authority, "Mutation.rotateTokens");
    const { ids, may } = await select(change, "rotate", input);
    const lines = await Lines.load(change, ids);
    const targets = new Map<number, Token>();
    for (const id of ids) {
      const token = lines.token(id);
      if (token === undefined || (may !== null && !(await may(token)))) continue;
      const target = this.targetOf(change, lines, id);
      if (target !== null && target.id !== own) targets.set(target.id, target);
    }
    if (targets.size > MOST_AT_ONCE)
      throw limitExceeded(`more than ${MOST_AT_ONCE} tokens: choose fewer at once`);
    return { lines, targets: [...targets.values()] };
  }

  /** Who replaces the token that a rotation is about, as its caller may know it; null: nobody, or no such token. */
  private async successorNow(caller: Caller, id: number | undefined): Promise<number | null> {
    const { actor } = caller.authority;
    const own = actor.kind === "anonymous" ? undefined : actor.token.id;
    const { database, now } = this.foundation;
    const [token] = await findTokens(database.reader, [id ?? own ?? 0]);
    return token === undefined ? null : successorIdOf(token, now());
  }

  /** Ends the old token now. NOT_FOUND, FORBIDDEN; CONFLICT for a token that is not RETIRING. */
  async finishHandover(caller: Caller, id: number): Promise<Token> {
    return this.endHandover(caller, id, "finish");
  }

  /** Ends the new token while it is unused. NOT_FOUND, FORBIDDEN, CONFLICT. */
  async cancelHandover(caller: Caller, id: number): Promise<Token> {
    return this.endHandover(caller, id, "cancel");
  }

  private async endHandover(caller: Caller, id: number, kind: "finish" | "cancel"): Promise<Token> {
    return change(this.foundation, caller, async (change) => {
      const token = await this.handedOver(change, id, kind);
      const lines = await Lines.load(change, [token.id]);
      const { outcome } = lines.take({ kind, id: token.id });
      if (outcome !== "done") throw conflict(conflicts[kind]);
      if (kind === "finish") {
        change.record({ action: "HANDOVER_FINISHED", tokenId: token.id, ...aboutToken(token) });
      }
      await lines.save(endingBy(change));
      const ended = lines.token(token.id) ?? token;
      change.authority.reveal(ended);
      return ended;
    });
  }

  /** The RETIRING token that is meant: seen as others are, or by the successor that was made for it. */
  private async handedOver(change: Change, id: number, kind: "finish" | "cancel"): Promise<Token> {
    const { actor } = change.authority;
    if (actor.kind !== "anonymous" && actor.token.replacesId === id) {
      const [old] = await findTokens(change.tx, [id]);
      if (old !== undefined && successorIdOf(old, change.now) === actor.token.id) return old;
    }
    const token = await tokenNamed(change, id);
    await permit(change.authority, `Mutation.${kind}Handover`, token);
    return token;
  }

  /** What a bulk rotation replaces on the line of this token; null: it is passed over. */
  private targetOf({ now }: Change, lines: Lines, id: number): Token | null {
    const target = lines.targetOf(id);
    if (target === undefined || !isLive(stateOf(target, now))) return null;
    return target.successorUsedAt === null ? target : null;
  }

  private async rotate(change: Change, lines: Lines, token: Token, manner: Manner): Promise<RotatedToken> {
    const { tx, authority, now } = change;
    const old = lines.targetOf(token.id) ?? token;
    const mostMs = longestLifetimeMs(authority.actor, old.accountId);
    if (manner.never && mostMs !== Infinity) throw outlivesCaller();
    const wantedMs = manner.never ? Infinity : lifetimeMs(old);
    const expiresAt = decideExpiry(this.foundation, now, { given: manner.given, wantedMs, mostMs });

    const { kind, scope, accountId, repositoryId, organizationId, createdById, createdByTokenId } = old;
    const created = await mintToken(tx, {
      ...{ kind, scope, accountId, repositoryId, organizationId, createdById, createdByTokenId },
      label: manner.label ?? old.label,
      createdAt: new Date(now),
      expiresAt,
      replacesId: old.id,
    });
    lines.add(created.token);
    const { outcome } = lines.take({
      kind: "rotate",
      id: token.id,
      successorId: created.token.id,
      successorExpiresAt: expiresAt,
      handover: manner.handover,
      overlapMs: manner.overlapMs,
      deadlineMs: this.foundation.limits.handoverDeadlineMs,
    });
    if (outcome !== "done") throw conflict("the token has ended, or its handover is under way");
    if (manner.handover === "ON_FIRST_USE") await startHandoverCount(tx, old.id);
    change.record({ action: "TOKEN_ROTATED", tokenId: old.id, ...aboutToken(old) });
    return { ...created, replaced: old };
  }
}

/** Asks the rule of a rotation again, for the tokens that it replaced. */
async function permitRotationAgain({ authority }: Change, made: readonly RotatedToken[]): Promise<void> {
  for (const { replaced } of made) {
    if (!(await authority.seesToken(replaced))) throw notFound();
    await permit(authority, "Mutation.rotateToken", replaced);
  }
}

const rotatedMeanwhile = (): AppError => conflict("the token was rotated meanwhile");

const conflicts = {
  finish: "the token is not in a handover",
  cancel: "the token is not in a handover, or its successor was used",
} as const;

const endingBy = ({ authority: { actor } }: Change) => ({
  byId: actor.kind === "account" ? actor.account.id : null,
  reason: null,
});

/** The tokens as the rotation left them, shown in its answer. */
function present(
  { authority }: Change,
  lines: Lines,
  { token, secret, replaced }: RotatedToken,
): RotatedToken {
  const now = {
    token: lines.token(token.id) ?? token,
    secret,
    replaced: lines.token(replaced.id) ?? replaced,
  };
  authority.reveal(now.token, now.replaced);
  return now;
}

function readHandover(
  input: { readonly handover?: Handover | null; readonly overlapSeconds?: number | null },
  fallback: Handover,
): Pick<Manner, "handover" | "overlapMs"> {
  const handover = input.handover ?? fallback;
  const seconds = readWholeNumber("overlapSeconds", input.overlapSeconds ?? 0, 0, MAX_OVERLAP_SECONDS);
  if (handover === "IMMEDIATE" && seconds > 0) {
    throw badInput("overlapSeconds", "must be 0 when the handover is IMMEDIATE");
  }
  return { handover, overlapMs: seconds * 1000 };
}
