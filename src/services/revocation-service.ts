import { bounds } from "../domain/text";
import type { Token } from "../domain/token";
import { digestOf } from "../secrets/digest";
import { LONGEST_SECRET } from "../secrets/parse";
import { findGrantByDigest } from "../store/grant-store";
import { findTokens } from "../store/token-store";
import type { Caller } from "./caller";
import { change } from "./change";
import type { Foundation } from "./foundation";
import { readOptionalText } from "./input";
import { permit } from "./permit";
import { Revocations } from "./revocations";
import { checkSelection, select, type TokenSelection } from "./selection";
import { tokenNamed } from "./token-named";

export interface RevokeToken {
  /** Left out: the token presented. */
  readonly id?: number;
  readonly reason?: string | null;
  readonly withCreated?: boolean | null;
}

export interface RevokeTokens extends TokenSelection {
  readonly reason?: string | null;
  readonly withCreated?: boolean | null;
  readonly dryRun?: boolean | null;
}

/** Ends tokens before their time. An ended token stays as it is, and nothing is written for it. */
export class RevocationService {
  constructor(private readonly foundation: Foundation) {}

  /** UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN. */
  async revokeToken(caller: Caller, input: RevokeToken): Promise<{ token: Token; revokedCount: number }> {
    const reason = readOptionalText("reason", bounds.reason, input.reason);
    return change(this.foundation, caller, async (change) => {
      const token = await tokenNamed(change, input.id);
      await permit(change.authority, "Mutation.revokeToken", token);
      const revocations = new Revocations(change, { reason });
      await revocations.end([token.id]);
      if (input.withCreated === true) await revocations.endLineage([token.id]);
      change.authority.reveal(token);
      const [ended = token] = await findTokens(change.tx, [token.id]);
      return { token: ended, revokedCount: revocations.count };
    });
  }

  /** Counts, and unless it is a dry run ends, the live tokens that fit all that is given. */
  async revokeTokens(caller: Caller, input: RevokeTokens): Promise<number> {
    const reason = readOptionalText("reason", bounds.reason, input.reason);
    checkSelection(input);
    return change(this.foundation, caller, async (change) => {
      await permit(change.authority, "Mutation.revokeTokens");
      const { ids, may } = await select(change, "revoke", input);
      const revocations = new Revocations(change, { reason, dryRun: input.dryRun === true });
      const roots = await revocations.end(ids, may);
      if (input.withCreated === true) await revocations.endLineage(roots);
      return revocations.count;
    });
  }

  /** Ends the token of a secret that was found where it should not be. Tells nobody whether there was one. */
  async reportLeakedToken(caller: Caller, input: { secret: string; url?: string | null }): Promise<void> {
    const url = readOptionalText("url", bounds.url, input.url);
    const reason = url ?? "reported as leaked";
    await this.endBySecret(caller, input.secret, { action: "TOKEN_LEAK_REPORTED", reason, auditReason: url });
  }

  /** RFC 7009: whoever holds a secret may end it. Tells nobody whether there was one. */
  async revokeBySecret(caller: Caller, secret: string): Promise<void> {
    await this.endBySecret(caller, secret, { reason: null });
  }

  private async endBySecret(
    caller: Caller,
    given: string,
    cause: ConstructorParameters<typeof Revocations>[1],
  ): Promise<void> {
    const secret = given.slice(0, LONGEST_SECRET);
    await permit(caller.authority, "Mutation.reportLeakedToken");
    if (!this.foundation.imported.mayBe(secret)) return;
    const digest = digestOf(secret);
    // Most reports are of strangers' strings: those never wait for the writers. Nor does a token whose end is written
    // down, or time would tell that there was one.
    const known = await findGrantByDigest(this.foundation.database.reader, digest);
    if (known === null || known.token.revokedAt !== null || known.token.rotatedAt !== null) return;
    await change(this.foundation, caller, async (change) => {
      const grant = await findGrantByDigest(change.tx, digest);
      if (grant !== null) await new Revocations(change, cause).end([grant.token.id]);
    });
  }
}
