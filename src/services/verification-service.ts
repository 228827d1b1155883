import { type Actor, anonymous } from "../domain/actor";
import { repositorySlugBound } from "../domain/organization";
import type { Repository } from "../domain/repository";
import { covers } from "../domain/scope";
import { foldCase } from "../domain/text";
import { endOf, settledUntil } from "../domain/token";
import type { KnownVerdict, Verdict } from "../domain/verdict";
import { type AppError, limitExceeded, unauthenticated } from "../errors";
import { digestOf } from "../secrets/digest";
import { LONGEST_SECRET } from "../secrets/parse";
import { after, type Soon } from "../soon";
import { findGrantByDigest, findGrantById, type Grant } from "../store/grant-store";
import { findRepositories, findRepositoryBySlug } from "../store/repository-store";
import { actorOf, isSuspended, type Refusal, refusalOf } from "./admission";
import { Authority, NOWHERE } from "./authority";
import type { Caller, Origin } from "./caller";
import type { Foundation } from "./foundation";
import { permitNow } from "./permit";
import type { RateSubject } from "./rate-limits";
import type { Holder, Judged } from "./recent";
import type { Retry } from "./retry";
import { Uses } from "./uses";
import { checkVerifyToken, type VerifyToken } from "./verify-token";

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
  authenticate(
    secret: string,
    origin: Origin,
    { inUrl = false, retry = null }: { inUrl?: boolean; retry?: Retry | null } = {},
  ): Soon<Actor> {
    return after(this.holderOf(secret), (found) => {
      const { grant, refusal, actor } = inUrl && found.grant?.token.scope !== "STATUS" ? nobody : found;
      this.foundation.metrics.verified(refusal ?? "VALID");
      if (grant !== null && refusal === "ROTATED") return this.replaying(grant, origin, retry);
      if (refusal !== null) throw refused(refusal);
      if (actor.kind === "anonymous") throw refused("NOT_FOUND");
      return actor;
    });
  }

  /** Who presents a secret that was rotated out, if it may do no more than ask for the answer to that again. */
  private async replaying(grant: Grant, origin: Origin, retry: Retry | null): Promise<Actor> {
    const { database, now } = this.foundation;
    const replays = !isSuspended(grant) && (await retry?.mayReplay(database.reader, grant.token, now()));
    if (replays === true) return actorOf(grant);
    await this.uses.reused(grant.token, origin, null);
    throw refused("ROTATED");
  }

  /**
   * The request that the token authenticated goes ahead: that is a use, and the first one of a new token ends, or begins
   * to end, the old one. Throws UNAUTHENTICATED when the token has ended meanwhile, UNAVAILABLE when a first use cannot
   * be written down.
   */
  recordUse({ authority: { actor }, origin }: Caller): Promise<void> | undefined {
    const used = actor.kind === "anonymous" || this.uses.used(actor.token, origin);
    if (used === true) return undefined;
    return used.then((isUse) => {
      if (!isUse) throw unauthenticated("not found");
    });
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
    return (await this.holderOf(secret)).grant?.token.id ?? 0;
  }

  /** Before every mutation of a request: UNAUTHENTICATED once an earlier one has ended the token presented. */
  async confirm(caller: Caller): Promise<void> {
    const { actor } = caller.authority;
    if (!caller.hasChanged || actor.kind === "anonymous") return;
    const grant = await findGrantById(this.foundation.database.reader, actor.token.id);
    const refusal = refusalOf(grant, this.foundation.now());
    if (refusal !== null) throw refused(refusal);
  }

  /** A token that may do no more than ask for the answer to its own rotation asks for something else. */
  async refuseReuse({ authority: { actor }, origin }: Caller): Promise<never> {
    if (actor.kind !== "anonymous") await this.uses.reused(actor.token, origin, null);
    throw unauthenticated("not found");
  }

  /** BAD_USER_INPUT, FORBIDDEN. */
  verifyToken(caller: Caller, input: VerifyToken): Soon<Verdict> {
    checkVerifyToken("", input);
    permitNow(caller.authority, "Query.verifyToken");
    return this.verify(caller, input);
  }

  /** In the order asked. One bad input refuses them all. BAD_USER_INPUT, LIMIT_EXCEEDED, FORBIDDEN. */
  async verifyTokens(caller: Caller, inputs: readonly VerifyToken[]): Promise<Verdict[]> {
    if (inputs.length > MOST_AT_ONCE)
      throw limitExceeded(`at most ${MOST_AT_ONCE} verifications at once`, "inputs");
    inputs.forEach((input, index) => {
      checkVerifyToken(`${index}.`, input);
    });
    permitNow(caller.authority, "Query.verifyTokens");
    return Promise.all(inputs.map(async (input) => this.verify(caller, input)));
  }

  private verify(caller: Caller, input: VerifyToken): Soon<Verdict> {
    const secret = input.secret.slice(0, LONGEST_SECRET);
    const { imported } = this.foundation;
    const digest = digestOf(secret);
    if (imported.isGuess(secret)) return this.verifyGuess(caller, input, digest);
    const known = this.recall(digest, input.repository ?? null);
    if (known === nobodys || (known === undefined && !imported.mayBe(secret))) return this.refuse(caller);
    // What is good and known is answered without waiting for anything.
    return (known && this.accept(caller, input, known)) ?? this.verifyAnew(caller, input, digest);
  }

  private async verifyGuess(caller: Caller, input: VerifyToken, digest: string): Promise<Verdict> {
    await this.foundation.rates.check(caller.subject);
    return this.verifyAnew(caller, input, digest);
  }

  private async verifyAnew(caller: Caller, input: VerifyToken, digest: string): Promise<Verdict> {
    const verdict = await this.judge(caller, input, digest);
    if (verdict.code === "NOT_FOUND") return this.refuse(caller);
    this.foundation.metrics.verified(verdict.code);
    return verdict;
  }

  /** A guess: a verifier's good tokens are not counted, and go on being answered when its guesses are too many. */
  private async refuse({ subject }: Caller): Promise<Verdict> {
    this.foundation.metrics.verified("NOT_FOUND");
    await this.foundation.rates.count(subject, 1);
    return nobodys.verdict;
  }

  private async judge(caller: Caller, input: VerifyToken, digest: string): Promise<Verdict> {
    const slug = input.repository ?? null;
    const found = this.recall(digest, slug) ?? (await this.find(digest, slug));
    const { token } = found;
    const outcome = atScope(found.verdict, input);
    if (input.recordUse === false) return outcome;
    if (token !== null && outcome.code === "ROTATED")
      await this.uses.reused(token, caller.origin, caller.authority.actor);
    if (outcome.code !== "VALID") return outcome;
    if (token === null) this.uses.note(found.tokenId, caller.origin);
    // It ended between the look and the first use: what is true now is asked again.
    else if (!(await this.uses.used(token, caller.origin))) return this.judge(caller, input, digest);
    return outcome;
  }

  /** The outcome for a token that is known to be good, whose use is noted at once; null: it has to be waited for. */
  private accept(caller: Caller, input: VerifyToken, found: Judged): Verdict | null {
    if (found.refusal !== null || found.token !== null) return null;
    const outcome = atScope(found.verdict, input);
    if (outcome.code === "VALID" && input.recordUse !== false) this.uses.note(found.tokenId, caller.origin);
    this.foundation.metrics.verified(outcome.code);
    return outcome;
  }

  private recall(digest: string, slug: string | null): Judged | undefined {
    return this.foundation.recent.verdicts.get(keyOf(digest, slug), this.foundation.now());
  }

  /** What a secret stands for and what it reaches of what was asked for. */
  private async find(digest: string, slug: string | null): Promise<Judged> {
    const slugKey = slug === null ? null : repositorySlugBound.accept(foldCase(slug));
    // What is no slug may be of any length: it is not kept.
    const isShort = slug === null || slugKey !== null;
    const { recent, database } = this.foundation;
    const { moment } = recent.verdicts;
    const grant = await findGrantByDigest(database.reader, digest);
    const now = this.foundation.now();
    const refusal = refusalOf(grant, now);
    if (grant === null) {
      if (isShort) recent.verdicts.keep(moment, keyOf(digest, slug), nobodys);
      return nobodys;
    }
    const { token } = grant;
    const found: Judged = {
      tokenId: token.id,
      refusal,
      until: settledUntil(token, now),
      verdict: await this.look(grant, refusal, now, slug, slugKey),
      token: token.awaitsFirstUse || refusal === "ROTATED" ? token : null,
    };
    // A missing repository and a hidden one are looked for each time.
    if (isShort && found.verdict.code !== "REPOSITORY_DENIED")
      recent.verdicts.keep(moment, keyOf(digest, slug), found);
    return found;
  }

  private async look(
    grant: Grant,
    refusal: Refusal | null,
    now: number,
    slug: string | null,
    slugKey: string | null,
  ): Promise<KnownVerdict> {
    const actor = actorOf(grant);
    const { token, account } = grant;
    const { reader } = this.foundation.database;
    let repository: Repository | null = null;
    if (slug === null) {
      const id = actor.kind === "repository" ? actor.repositoryId : null;
      repository = id === null ? null : ((await findRepositories(reader, [id]))[0] ?? null);
    } else if (slugKey !== null) {
      repository = await findRepositoryBySlug(reader, slugKey);
      // An ended token has no place but its own: what its owner reaches is no concern of an ended token.
      if (refusal !== null && (actor.kind !== "repository" || actor.repositoryId !== repository?.id))
        repository = null;
    }
    const reached = await new Authority(actor, reader).scopeOn(repository ?? NOWHERE);
    const place = reached === null ? null : repository;
    const own = slug === null && actor.kind === "repository" ? actor.scope : null;
    const denied = slug !== null && place === null ? "REPOSITORY_DENIED" : "VALID";
    return {
      code: refusal === null || refusal === "NOT_FOUND" ? denied : refusal,
      tokenId: token.id,
      createdAt: token.createdAt,
      accountId: token.accountId,
      login: account?.login ?? null,
      ownRepositoryId: token.repositoryId,
      expiresAt: endOf(token, now),
      repositoryId: place?.id ?? null,
      scope: place === null ? own : reached,
    };
  }

  private holderOf(secret: string): Soon<Holder> {
    const { recent, imported, now } = this.foundation;
    // What is remembered needs no look at its form: that takes half as long as the digest.
    const digest = digestOf(secret);
    const known = recent.holders.get(digest, now());
    if (known !== undefined) return known;
    // A string that cannot be anybody's is not looked up.
    return imported.mayBe(secret) ? this.findHolder(digest) : nobody;
  }

  private async findHolder(digest: string): Promise<Holder> {
    const { recent, database } = this.foundation;
    const { moment } = recent.holders;
    const grant = await findGrantByDigest(database.reader, digest);
    const now = this.foundation.now();
    const holder: Holder =
      grant === null
        ? nobody
        : {
            tokenId: grant.token.id,
            grant,
            refusal: refusalOf(grant, now),
            until: settledUntil(grant.token, now),
            actor: actorOf(grant),
          };
    recent.holders.keep(moment, digest, holder);
    return holder;
  }
}

const unknown = { tokenId: 0, refusal: "NOT_FOUND", until: Infinity } as const;
const nobodys: Judged = { ...unknown, verdict: { code: "NOT_FOUND" }, token: null };
const nobody: Holder = { ...unknown, grant: null, actor: anonymous };

/** How a bad credential is refused: only the holder of an expired one is told why. */
const refused = (refusal: Refusal): AppError =>
  unauthenticated(refusal === "EXPIRED" ? "token expired" : "not found");

/** The verdict, if the scope asked for is held. */
function atScope(verdict: Verdict, { repository, scope }: VerifyToken): Verdict {
  if (verdict.code !== "VALID" || (repository ?? null) === null || covers(verdict.scope, scope ?? "STATUS"))
    return verdict;
  return { ...verdict, code: "SCOPE_DENIED" };
}

const keyOf = (digest: string, slug: string | null): string =>
  slug === null ? digest : `${digest} of ${slug}`;
