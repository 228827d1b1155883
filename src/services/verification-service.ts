import type { Actor } from "../domain/actor";
import { repositorySlugBound } from "../domain/organization";
import type { Repository } from "../domain/repository";
import { covers, type RepositoryScope } from "../domain/scope";
import { foldCase } from "../domain/text";
import { endOf } from "../domain/token";
import type { KnownVerdict, Verdict } from "../domain/verdict";
import { badInput, limitExceeded, unauthenticated } from "../errors";
import { findGrantByDigest, findGrantById, type Grant } from "../store/grant-store";
import { findRepositories, findRepositoryBySlug } from "../store/repository-store";
import { actorOf, isSuspended, refusalOf } from "./admission";
import { Authority, NOWHERE } from "./authority";
import type { Caller, Origin } from "./caller";
import type { Foundation } from "./foundation";
import { permit } from "./permit";
import type { RateSubject } from "./rate-limits";
import type { Reach } from "./recent-grants";
import type { Retry } from "./retry";
import { Uses } from "./uses";

export interface VerifyToken {
  readonly secret: string;
  /** A slug; left out: the token itself is verified, for nothing in particular. */
  readonly repository?: string | null;
  /** The least scope needed; above STATUS it needs a repository. */
  readonly scope?: RepositoryScope | null;
  /** False: only look. */
  readonly recordUse?: boolean | null;
}

const MOST_AT_ONCE = 100;

/** Decides whether a secret is good: for every request of this server, and for other services that ask. */
export class VerificationService {
  private readonly uses: Uses;

  constructor(private readonly foundation: Foundation) {
    this.uses = new Uses(foundation);
  }

  /**
   * Who presents this secret. Throws UNAUTHENTICATED: `token expired` to the holder of an expired token, `not found`
   * for everything else that is not good. Is no use yet: that is `recordUse`. A secret that came in a URL is in many a
   * log: only STATUS tokens are taken from there, any other is as good as unknown.
   */
  async authenticate(
    secret: string,
    origin: Origin,
    { inUrl = false, retry = null }: { inUrl?: boolean; retry?: Retry | null } = {},
  ): Promise<Actor> {
    const found = await this.grantOf(secret);
    const grant = inUrl && found?.token.scope !== "STATUS" ? null : found;
    const refusal = refusalOf(grant, this.foundation.now());
    this.foundation.metrics.verified(refusal ?? "VALID");
    if (grant !== null && refusal === "ROTATED") {
      const { database, now } = this.foundation;
      const replays = !isSuspended(grant) && (await retry?.mayReplay(database.reader, grant.token, now()));
      if (replays === true) return actorOf(grant);
      await this.uses.reused(grant.token, origin, null);
    }
    if (grant === null || refusal !== null) {
      throw unauthenticated(refusal === "EXPIRED" ? "token expired" : "not found");
    }
    const actor = actorOf(grant);
    if (actor.kind === "anonymous") throw unauthenticated("not found");
    return actor;
  }

  /**
   * The request that the token authenticated goes ahead: that is a use, and the first one of a new token ends, or begins
   * to end, the old one. Throws UNAUTHENTICATED when the token has ended meanwhile, UNAVAILABLE when a first use cannot
   * be written down.
   */
  async recordUse({ authority: { actor }, origin }: Caller): Promise<void> {
    if (actor.kind === "anonymous") return;
    const used = this.uses.used(actor.token, origin);
    if (used !== true && !(await used)) throw unauthenticated("not found");
  }

  /**
   * Before a secret is looked up: RATE_LIMITED where it would be a guess, and whoever guesses has none left. A secret
   * with our checksum is no guess, so a good one is never shut out by bad ones.
   */
  admitGuess(subject: RateSubject, secret: string): Promise<void> | undefined {
    return this.foundation.imported.isGuess(secret) ? this.foundation.rates.check(subject) : undefined;
  }

  /** The number of the token that a secret is of; 0: of none. Is no use, and no leave to know of that token. */
  async numberOf(secret: string): Promise<number> {
    return (await this.grantOf(secret))?.token.id ?? 0;
  }

  /** Before every mutation of a request: UNAUTHENTICATED once an earlier one has ended the token presented. */
  async confirm(caller: Caller): Promise<void> {
    const { actor } = caller.authority;
    if (!caller.hasChanged || actor.kind === "anonymous") return;
    const grant = await findGrantById(this.foundation.database.reader, actor.token.id);
    const refusal = refusalOf(grant, this.foundation.now());
    if (refusal !== null) throw unauthenticated(refusal === "EXPIRED" ? "token expired" : "not found");
  }

  /** A token that may do no more than ask for the answer to its own rotation asks for something else. */
  async refuseReuse({ authority: { actor }, origin }: Caller): Promise<never> {
    if (actor.kind !== "anonymous") await this.uses.reused(actor.token, origin, null);
    throw unauthenticated("not found");
  }

  /** BAD_USER_INPUT, FORBIDDEN. */
  async verifyToken(caller: Caller, input: VerifyToken): Promise<Verdict> {
    checkInput("", input);
    await permit(caller.authority, "Query.verifyToken");
    return this.verify(caller, input);
  }

  /** In the order asked. One bad input refuses them all. BAD_USER_INPUT, LIMIT_EXCEEDED, FORBIDDEN. */
  async verifyTokens(caller: Caller, inputs: readonly VerifyToken[]): Promise<Verdict[]> {
    if (inputs.length > MOST_AT_ONCE)
      throw limitExceeded(`at most ${MOST_AT_ONCE} verifications at once`, "inputs");
    inputs.forEach((input, index) => {
      checkInput(`${index}.`, input);
    });
    await permit(caller.authority, "Query.verifyTokens");
    return Promise.all(inputs.map((input) => this.verify(caller, input)));
  }

  private async verify(caller: Caller, input: VerifyToken): Promise<Verdict> {
    await this.admitGuess(caller.subject, input.secret);
    const verdict = await this.judge(caller, input);
    this.foundation.metrics.verified(verdict.code);
    // A guess: a verifier's good tokens are not counted, and go on being answered when its guesses are too many.
    if (verdict.code === "NOT_FOUND") await this.foundation.rates.count(caller.subject, 1);
    return verdict;
  }

  private async judge(caller: Caller, input: VerifyToken): Promise<Verdict> {
    const digest = this.foundation.imported.digestOf(input.secret);
    if (digest === null) return { code: "NOT_FOUND" };
    const slug = input.repository ?? null;
    const found = this.recall(keyOf(digest, slug)) ?? (await this.reachOf(digest, slug));
    if (found === null) return { code: "NOT_FOUND" };
    const { refusal, repository, scope } = found;
    const { token, account } = found.grant;
    const verdict = (code: KnownVerdict["code"]): Verdict => ({
      tokenId: token.id,
      createdAt: token.createdAt,
      accountId: token.accountId,
      login: account?.login ?? null,
      ownRepositoryId: token.repositoryId,
      expiresAt: endOf(token, this.foundation.now()),
      repositoryId: repository?.id ?? null,
      scope,
      code,
    });
    const isUse = input.recordUse !== false;
    if (refusal === "ROTATED" && isUse) await this.uses.reused(token, caller.origin, caller.authority.actor);
    if (refusal !== null) return verdict(refusal);
    if (slug !== null) {
      if (repository === null) return verdict("REPOSITORY_DENIED");
      if (!covers(scope, input.scope ?? "STATUS")) return verdict("SCOPE_DENIED");
    }
    // It ended between the look and the first use: what is true now is asked again.
    const used = !isUse || this.uses.used(token, caller.origin);
    if (used !== true && !(await used)) return this.judge(caller, input);
    return verdict("VALID");
  }

  /** What is remembered, where it is still accepted. */
  private recall(key: string): Found | null {
    const known = this.foundation.recent.get(key);
    if (known === undefined || refusalOf(known.grant, this.foundation.now()) !== null) return null;
    return { ...known, refusal: null };
  }

  /** What a secret stands for and reaches of what was asked for, and why it is not accepted, if so. */
  private async reachOf(digest: string, slug: string | null): Promise<Found | null> {
    const slugKey = slug === null ? null : repositorySlugBound.accept(foldCase(slug));
    const { recent } = this.foundation;
    const { moment } = recent;
    const grant = await findGrantByDigest(this.foundation.database.reader, digest);
    const refusal = refusalOf(grant, this.foundation.now());
    if (grant === null || refusal === "NOT_FOUND") return null;
    const found = { refusal, ...(await this.look(grant, refusal !== null, slug, slugKey)) };
    if (refusal === null && (slug === null || found.repository !== null))
      recent.keep(moment, keyOf(digest, slug), found);
    return found;
  }

  private async look(
    grant: Grant,
    ended: boolean,
    slug: string | null,
    slugKey: string | null,
  ): Promise<Reach> {
    const actor = actorOf(grant);
    const { reader } = this.foundation.database;
    let repository: Repository | null = null;
    if (slug === null) {
      const id = actor.kind === "repository" ? actor.repositoryId : null;
      repository = id === null ? null : ((await findRepositories(reader, [id]))[0] ?? null);
    } else if (slugKey !== null) {
      repository = await findRepositoryBySlug(reader, slugKey);
      // An ended token has no place but its own: what its owner reaches is no concern of an ended token.
      if (ended && (actor.kind !== "repository" || actor.repositoryId !== repository?.id)) repository = null;
    }
    const reached = await new Authority(actor, reader).scopeOn(repository ?? NOWHERE);
    if (repository !== null && reached !== null) return { grant, repository, scope: reached };
    const scope = slug === null && actor.kind === "repository" ? actor.scope : null;
    return { grant, repository: null, scope };
  }

  /** A string that cannot be anybody's is not looked up: the database is not asked. */
  private async grantOf(secret: string): Promise<Grant | null> {
    const { recent, database, imported } = this.foundation;
    const digest = imported.digestOf(secret);
    if (digest === null) return null;
    const now = this.foundation.now();
    const known = this.recall(digest);
    if (known !== null) return known.grant;
    const { moment } = recent;
    const grant = await findGrantByDigest(database.reader, digest);
    if (grant !== null && refusalOf(grant, now) === null)
      recent.keep(moment, digest, { grant, repository: null, scope: null });
    return grant;
  }
}

/** Under what is remembered what a secret reaches; the digest alone: what it stands for. */
const keyOf = (digest: string, slug: string | null): string =>
  slug === null ? `${digest} ` : `${digest} of ${slug}`;

interface Found extends Reach {
  readonly refusal: Exclude<ReturnType<typeof refusalOf>, "NOT_FOUND">;
}

function checkInput(path: string, input: VerifyToken): void {
  if (input.repository === null)
    throw badInput(`${path}repository`, "must not be null: leave it out of the document");
  if (input.scope === null) throw badInput(`${path}scope`, "must not be null: leave it out of the document");
  if (covers(input.scope ?? "STATUS", "READ_ONLY") && input.repository === undefined) {
    throw badInput(`${path}scope`, "above STATUS it needs a repository");
  }
}
