import { bounds } from "../domain/text";
import { isLive, lifetimeMs, stateOf } from "../domain/token";
import { badInput, conflict } from "../errors";
import { replaceToken } from "../store/token-store";
import type { Caller } from "./caller";
import { change, type Change } from "./change";
import type { Foundation } from "./foundation";
import { readText, readWholeNumber } from "./input";
import { checkExpiry, decideExpiry, longestLifetimeMs, outlivesCaller } from "./lifetime";
import { type CreatedToken, mintToken } from "./minting";
import type { Token } from "../domain/token";
import { permit } from "./permit";
import { isPresented, tokenNamed } from "./token-named";

export interface RotateToken {
  /** Left out: the token presented. */
  readonly id?: number;
  readonly handover?: "IMMEDIATE" | "ON_FIRST_USE" | null;
  /** 0 to 2592000 (30 days). */
  readonly overlapSeconds?: number | null;
  readonly label?: string | null;
  /** Undefined: as long as the old one lived; null: never. */
  readonly expiresAt?: Date | null;
}

export interface RotatedToken extends CreatedToken {
  readonly replaced: Token;
}

const MAX_OVERLAP_SECONDS = 2_592_000;

/** Replaces tokens. Kind, scope, repository and creator of a token stay those of its predecessor. */
export class RotationService {
  constructor(private readonly foundation: Foundation) {}

  /** UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT. */
  async rotateToken(caller: Caller, input: RotateToken): Promise<RotatedToken> {
    const label = typeof input.label === "string" ? readText("label", bounds.label, input.label) : null;
    if (input.handover === "ON_FIRST_USE") throw badInput("handover", "must be IMMEDIATE in this version");
    const overlapSeconds = readWholeNumber(
      "overlapSeconds",
      input.overlapSeconds ?? 0,
      0,
      MAX_OVERLAP_SECONDS,
    );
    if (overlapSeconds > 0) throw badInput("overlapSeconds", "must be 0 when the handover is IMMEDIATE");
    const never = input.expiresAt === null;
    if (never && this.foundation.limits.maxTokenLifetimeMs !== Infinity) {
      throw badInput("expiresAt", "must not be null: this server has a maximum lifetime");
    }
    const given = checkExpiry(this.foundation, input.expiresAt);

    const work = async (change: Change): Promise<RotatedToken> => {
      const { tx, authority, now } = change;
      const old = await tokenNamed(change, input.id);
      await permit(authority, "Mutation.rotateToken", old);
      const mostMs = longestLifetimeMs(authority.actor, old.accountId);
      if (never && mostMs !== Infinity) throw outlivesCaller();
      const wantedMs = never ? Infinity : lifetimeMs(old);
      const expiresAt = decideExpiry(this.foundation, now, { given, wantedMs, mostMs });
      if (!isLive(stateOf(old, now))) throw conflict("the token has ended");

      const { kind, scope, accountId, repositoryId, organizationId, createdById, createdByTokenId } = old;
      const at = new Date(now);
      const created = await mintToken(tx, {
        ...{ kind, scope, accountId, repositoryId, organizationId, createdById, createdByTokenId },
        label: label ?? old.label,
        createdAt: at,
        expiresAt,
        replacesId: old.id,
      });
      await replaceToken(tx, old.id, created.token.id, at);
      change.record({
        action: "TOKEN_ROTATED",
        tokenId: old.id,
        accountId,
        repositoryId,
        organizationId,
        scope,
      });
      authority.reveal(old, created.token);
      return { ...created, replaced: { ...old, rotatedAt: at, replacedById: created.token.id } };
    };
    // Two rotate their own credential at once: the loser learns that it lost, not that it is unknown.
    const ifRotatedMeanwhile = isPresented(caller, input.id)
      ? conflict("the token was rotated meanwhile")
      : undefined;
    return change(this.foundation, caller, work, { ifRotatedMeanwhile });
  }
}
