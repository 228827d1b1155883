import { accountIdOf } from "../domain/actor";
import { bounds } from "../domain/text";
import { isLive, stateOf, type Token } from "../domain/token";
import { badInput, limitExceeded, notFound } from "../errors";
import { digestOf } from "../secrets/digest";
import { kindOfSecret } from "../secrets/parse";
import type { Reader } from "../store/database";
import { findGrantByDigest, type Grant } from "../store/grant-store";
import {
  findLineage,
  findTokens,
  listLiveTokenIds,
  type LiveTokenFilter,
  revokeTokens,
} from "../store/token-store";
import type { Caller } from "./caller";
import { change, type Change } from "./change";
import type { Foundation } from "./foundation";
import { readOptionalText } from "./input";
import { allowed, permit } from "./permit";
import { tokenNamed } from "./token-named";

export interface RevokeToken {
  /** Left out: the token presented. */
  readonly id?: number;
  readonly reason?: string | null;
  readonly withCreated?: boolean | null;
}

export interface RevokeTokens {
  readonly account?: string;
  readonly repository?: string;
  readonly organization?: string;
  readonly ids?: readonly number[];
  readonly createdBefore?: Date;
  readonly reason?: string | null;
  readonly withCreated?: boolean | null;
  readonly dryRun?: boolean | null;
}

const MOST_IDS = 1000;
const CHUNK = 1000;

/** Ends tokens before their time. An ended token stays as it is, and nothing is written for it. */
export class RevocationService {
  constructor(private readonly foundation: Foundation) {}

  /** UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN. */
  async revokeToken(caller: Caller, input: RevokeToken): Promise<{ token: Token; revokedCount: number }> {
    const reason = readOptionalText("reason", bounds.reason, input.reason);
    return change(this.foundation, caller, async (change) => {
      const token = await tokenNamed(change, input.id);
      await permit(change.authority, "Mutation.revokeToken", token);
      const revoked = new Revoked(change, reason);
      await revoked.end([token]);
      if (input.withCreated === true) await revoked.endLineage([token.id]);
      change.authority.reveal(token);
      const [now = token] = await findTokens(change.tx, [token.id]);
      return { token: now, revokedCount: revoked.count };
    });
  }

  /** Counts, and unless it is a dry run ends, the live tokens that fit all that is given. */
  async revokeTokens(caller: Caller, input: RevokeTokens): Promise<number> {
    const reason = readOptionalText("reason", bounds.reason, input.reason);
    if (!input.account && !input.repository && !input.organization && !input.ids) {
      if ([input.account, input.repository, input.organization].includes("")) throw notFound();
      throw badInput("input", "needs at least one of account, repository, organization, ids");
    }
    if (input.ids?.length === 0) throw badInput("ids", `must be 1 to ${MOST_IDS} ids`);
    if (input.ids !== undefined && input.ids.length > MOST_IDS) {
      throw limitExceeded(`at most ${MOST_IDS} ids at once`, "ids");
    }
    return change(this.foundation, caller, async (change) => {
      await permit(change.authority, "Mutation.revokeTokens");
      const { filter, mayRevoke } = await this.chosen(change, input);
      const revoked = new Revoked(change, reason, input.dryRun === true);
      const roots: number[] = [];
      for (const ids of chunks(await listLiveTokenIds(change.tx, filter, change.now))) {
        const tokens = await findTokens(change.tx, ids);
        const chosen = mayRevoke === null ? tokens : await filterAsync(tokens, mayRevoke);
        await revoked.end(chosen);
        if (input.withCreated === true) roots.push(...chosen.map((token) => token.id));
        await nextTurn();
      }
      await revoked.endLineage(roots);
      return revoked.count;
    });
  }

  /** Ends the token of a secret that was found where it should not be. Tells nobody whether there was one. */
  async reportLeakedToken(caller: Caller, input: { secret: string; url?: string | null }): Promise<void> {
    const url = readOptionalText("url", bounds.url, input.url);
    await this.endBySecret(caller, input.secret, { action: "TOKEN_LEAK_REPORTED", reason: url });
  }

  /** RFC 7009: whoever holds a secret may end it. Tells nobody whether there was one. */
  async revokeBySecret(caller: Caller, secret: string): Promise<void> {
    await this.endBySecret(caller, secret, { action: "TOKEN_REVOKED", reason: null });
  }

  private async endBySecret(
    caller: Caller,
    secret: string,
    { action, reason }: { action: "TOKEN_LEAK_REPORTED" | "TOKEN_REVOKED"; reason: string | null },
  ): Promise<void> {
    await permit(caller.authority, "Mutation.reportLeakedToken");
    if (kindOfSecret(secret) === null) return;
    const digest = digestOf(secret);
    const live = async (db: Reader, now: number): Promise<Grant | null> => {
      const grant = await findGrantByDigest(db, digest);
      return grant !== null && isLive(stateOf(grant.token, now)) ? grant : null;
    };
    // Most reports are of strangers' strings: those never wait for the writers. Nor does an ended token, or time would
    // tell that it was one.
    if ((await live(this.foundation.database.reader, this.foundation.now())) === null) return;
    await change(this.foundation, caller, async (change) => {
      const grant = await live(change.tx, change.now);
      if (grant === null) return;
      const { token } = grant;
      await revokeTokens(change.tx, [token.id], {
        at: new Date(change.now),
        byId: accountIdOf(change.authority.actor),
        reason: reason ?? (action === "TOKEN_LEAK_REPORTED" ? "reported as leaked" : null),
      });
      const { accountId, repositoryId, organizationId, scope } = token;
      const about = { tokenId: token.id, accountId, repositoryId, organizationId, scope };
      change.record({ action, ...about, reason });
    });
  }

  /** What the input means, and whether the caller may: for the whole filter (null), or asked of each token. */
  private async chosen(
    change: Change,
    input: RevokeTokens,
  ): Promise<{ filter: LiveTokenFilter; mayRevoke: ((token: Token) => Promise<boolean>) | null }> {
    const { authority, sight } = change;
    const repository = input.repository === undefined ? null : await sight.repositoryBySlug(input.repository);
    const organization =
      input.organization === undefined ? null : await sight.organizationBySlug(input.organization);
    const account = input.account === undefined ? null : await sight.accountByLogin(input.account);
    const missing =
      (input.repository !== undefined && repository === null) ||
      (input.organization !== undefined && organization === null) ||
      (input.account !== undefined && account === null);
    if (missing) throw notFound();
    if (input.ids !== undefined) await this.refuseHidden(change, input.ids);

    let mayRevoke: ((token: Token) => Promise<boolean>) | null = null;
    if (repository !== null) {
      await permit(authority, "Mutation.revokeTokens(repository)", repository);
    } else if (organization !== null) {
      await permit(authority, "Mutation.revokeTokens(organization)", organization);
    } else if (account !== null) {
      await permit(authority, "Mutation.revokeTokens(account)", account);
      mayRevoke = (token) => allowed(authority, "Mutation.revokeToken", token);
    }
    const everywhere = repository === null && organization === null;
    const filter: LiveTokenFilter = {
      ids: input.ids ?? null,
      repositoryId: repository?.id ?? null,
      organizationId: organization?.id ?? null,
      createdById: account?.id ?? null,
      ownerId: everywhere ? (account?.id ?? null) : null,
      createdBefore: input.createdBefore ?? null,
    };
    return { filter, mayRevoke };
  }

  private async refuseHidden(change: Change, ids: readonly number[]): Promise<void> {
    const tokens = await Promise.all(ids.map((id) => change.sight.token(id)));
    const seen = tokens.filter((token) => token !== null);
    if (seen.length < tokens.length) throw notFound();
    await Promise.all(seen.map((token) => permit(change.authority, "Mutation.revokeToken", token)));
  }
}

/** The tokens that one revocation ends, each counted, ended and written down once. */
class Revoked {
  private readonly done = new Set<number>();

  constructor(
    private readonly change: Change,
    private readonly reason: string | null,
    private readonly dryRun = false,
  ) {}

  get count(): number {
    return this.done.size;
  }

  async end(tokens: readonly Token[]): Promise<void> {
    const { tx, now, authority } = this.change;
    const live = tokens.filter((token) => isLive(stateOf(token, now)) && !this.done.has(token.id));
    for (const token of live) this.done.add(token.id);
    if (this.dryRun || live.length === 0) return;
    const revocation = { at: new Date(now), byId: accountIdOf(authority.actor), reason: this.reason };
    await revokeTokens(
      tx,
      live.map((token) => token.id),
      revocation,
    );
    for (const { id, accountId, repositoryId, organizationId, scope } of live) {
      const about = { tokenId: id, accountId, repositoryId, organizationId, scope };
      this.change.record({ action: "TOKEN_REVOKED", ...about, reason: this.reason });
    }
  }

  /** Also what was made with these, and with that, as far as the caller could revoke it one by one. */
  async endLineage(roots: readonly number[]): Promise<void> {
    const ids = new Set<number>();
    for (const some of chunks(roots)) for (const id of await findLineage(this.change.tx, some)) ids.add(id);
    for (const some of chunks([...ids].sort((a, b) => a - b))) {
      const tokens = await findTokens(this.change.tx, some);
      await this.end(
        await filterAsync(tokens, (token) => allowed(this.change.authority, "Mutation.revokeToken", token)),
      );
      await nextTurn();
    }
  }
}

function* chunks(ids: readonly number[]): Generator<readonly number[]> {
  for (let start = 0; start < ids.length; start += CHUNK) yield ids.slice(start, start + CHUNK);
}

async function filterAsync<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(keep));
  return items.filter((_, index) => kept[index]);
}

/** Lets other requests run between two large chunks. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
