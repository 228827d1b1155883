import type { Actor } from "../domain/actor";
import { repositorySlugBound } from "../domain/organization";
import type { Repository } from "../domain/repository";
import { covers, type RepositoryScope } from "../domain/scope";
import { foldCase } from "../domain/text";
import { endOf } from "../domain/token";
import type { Verdict } from "../domain/verdict";
import { badInput, limitExceeded, unauthenticated } from "../errors";
import { digestOf } from "../secrets/digest";
import { kindOfSecret } from "../secrets/parse";
import { findGrantByDigest, findGrantById, type Grant } from "../store/grant-store";
import { findRepositories, findRepositoryBySlug } from "../store/repository-store";
import { actorOf, isSuspended, refusalOf } from "./admission";
import { Authority, NOWHERE } from "./authority";
import type { Caller, Origin } from "./caller";
import type { Foundation } from "./foundation";
import { permit } from "./permit";
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
    if (actor.kind !== "anonymous" && !(await this.uses.used(actor.token, origin)))
      throw unauthenticated("not found");
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
    const verdict = await this.judge(caller, input);
    this.foundation.metrics.verified(verdict.code);
    // A guess: a verifier's good tokens are not counted, and go on being answered when its guesses are too many.
    if (verdict.code === "NOT_FOUND") await this.foundation.rates.count(caller.subject, 1);
    return verdict;
  }

  private async judge(caller: Caller, input: VerifyToken): Promise<Verdict> {
    const grant = await this.grantOf(input.secret);
    if (grant === null) return { code: "NOT_FOUND" };
    const { token } = grant;
    const expiresAt = endOf(token, this.foundation.now());
    const known = { tokenId: token.id, accountId: token.accountId, expiresAt };
    const { refusal, repository, scope } = await this.look(grant, input.repository ?? null);
    const place = { ...known, repositoryId: repository?.id ?? null, scope };
    const isUse = input.recordUse !== false;
    if (refusal === "ROTATED" && isUse) await this.uses.reused(token, caller.origin, caller.authority.actor);
    if (refusal !== null) return { ...place, code: refusal };
    if (typeof input.repository === "string") {
      if (repository === null) return { ...place, code: "REPOSITORY_DENIED" };
      if (!covers(scope, input.scope ?? "STATUS")) return { ...place, code: "SCOPE_DENIED" };
    }
    // It ended between the look and the first use: what is true now is asked again.
    if (isUse && !(await this.uses.used(token, caller.origin))) return this.judge(caller, input);
    return { ...place, code: "VALID" };
  }

  /** Why it is not accepted, if so, and what it reaches of what was asked for. */
  private async look(grant: Grant, slug: string | null) {
    const found = refusalOf(grant, this.foundation.now());
    const refusal = found === "NOT_FOUND" ? null : found;
    const actor = actorOf(grant);
    const { reader } = this.foundation.database;
    let repository: Repository | null = null;
    if (slug === null) {
      const id = actor.kind === "repository" ? actor.repositoryId : null;
      repository = id === null ? null : ((await findRepositories(reader, [id]))[0] ?? null);
    } else if (repositorySlugBound.accept(foldCase(slug)) !== null) {
      repository = await findRepositoryBySlug(reader, slug);
      // An ended token has no place but its own: what its owner reaches is no concern of an ended token.
      if (refusal !== null && (actor.kind !== "repository" || actor.repositoryId !== repository?.id))
        repository = null;
    }
    const reached = await new Authority(actor, reader).scopeOn(repository ?? NOWHERE);
    if (repository !== null && reached !== null) return { refusal, repository, scope: reached };
    return {
      refusal,
      repository: null,
      scope: slug === null && actor.kind === "repository" ? actor.scope : null,
    };
  }

  /** A string without our form or checksum is nobody's: the database is not asked. */
  private async grantOf(secret: string): Promise<Grant | null> {
    if (kindOfSecret(secret) === null) return null;
    return findGrantByDigest(this.foundation.database.reader, digestOf(secret));
  }
}

function checkInput(path: string, input: VerifyToken): void {
  if (input.repository === null)
    throw badInput(`${path}repository`, "must not be null: leave it out of the document");
  if (input.scope === null) throw badInput(`${path}scope`, "must not be null: leave it out of the document");
  if (covers(input.scope ?? "STATUS", "READ_ONLY") && input.repository === undefined) {
    throw badInput(`${path}scope`, "above STATUS it needs a repository");
  }
}
