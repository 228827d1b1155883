import type { RepositoryScope } from "../domain/scope";
import { bounds } from "../domain/text";
import type { Token, TokenKind } from "../domain/token";
import { AppError, badInput, limitExceeded } from "../errors";
import { digestOf } from "../secrets/digest";
import { findTakenDigests } from "../store/imported-token-store";
import { countLiveOfAccount, findFullRepository, insertTokens, type NewToken } from "../store/token-store";
import type { Caller } from "./caller";
import { change, type Change } from "./change";
import type { Foundation } from "./foundation";
import { readText } from "./input";
import { checkExpiry, decideExpiry, longestLifetimeMs } from "./lifetime";
import { originOf } from "./minting";
import { permit } from "./permit";

export interface ImportToken {
  readonly kind: TokenKind;
  /** Hexadecimal SHA-256 of the secret. */
  readonly sha256: string;
  readonly label: string;
  /** ACCOUNT tokens: the owner's login. */
  readonly account?: string | null;
  /** REPOSITORY tokens: the slug. */
  readonly repository?: string | null;
  /** REPOSITORY tokens. */
  readonly scope?: RepositoryScope | null;
  readonly expiresAt?: Date | null;
}

/** One of the input's tokens, read; `field`: its place there. */
interface Wanted {
  readonly field: string;
  readonly digest: string;
  readonly label: string;
  readonly given: Date | null;
  readonly of: { readonly login: string } | { readonly slug: string; readonly scope: RepositoryScope };
}

const MOST_AT_ONCE = 1000;
const HINT = "imported";
/** What a script sends whose variable was not set. */
const NOTHING: ReadonlySet<string> = new Set(["", "\n"].map(digestOf));

/** Takes over tokens that another server gave out, so that nobody has to be given a new one. */
export class TokenImportService {
  constructor(private readonly foundation: Foundation) {}

  /**
   * All or none, in the order given. The secrets themselves are never sent here.
   * UNAUTHENTICATED, BAD_USER_INPUT, FORBIDDEN, NOT_FOUND, CONFLICT, LIMIT_EXCEEDED.
   */
  async importTokens(caller: Caller, input: { tokens: readonly ImportToken[] }): Promise<Token[]> {
    const wanted = this.read(input.tokens);
    const tokens = await change(this.foundation, caller, async (change) => {
      await permit(change.authority, "Mutation.importTokens");
      const rows: NewToken[] = [];
      for (const one of wanted) rows.push(await this.rowFor(change, one));
      await refuseTaken(change, wanted);
      const tokens = await insertTokens(change.tx, rows, true);
      await this.refuseTooMany(change, tokens);
      for (const { id: tokenId, accountId, repositoryId, organizationId, scope } of tokens) {
        change.record({ action: "TOKEN_IMPORTED", tokenId, accountId, repositoryId, organizationId, scope });
      }
      return tokens;
    });
    this.foundation.imported.arrived();
    return tokens;
  }

  /** What the input alone shows. */
  private read(tokens: readonly ImportToken[]): Wanted[] {
    if (tokens.length === 0) throw badInput("tokens", `must be 1 to ${MOST_AT_ONCE} tokens`);
    if (tokens.length > MOST_AT_ONCE) throw limitExceeded(`at most ${MOST_AT_ONCE} tokens at once`, "tokens");
    const digests = new Set<string>();
    return tokens.map((token, index) => {
      const field = `tokens.${index}`;
      const digest = readDigest(`${field}.sha256`, token.sha256);
      if (digests.has(digest)) throw badInput(`${field}.sha256`, "must name each token once");
      digests.add(digest);
      const label = readText(`${field}.label`, bounds.label, token.label);
      const given = checkExpiry(this.foundation, token.expiresAt, `${field}.expiresAt`);
      return { field, digest, label, given, of: readPlace(field, token) };
    });
  }

  private async rowFor(change: Change, { field, digest, label, given, of }: Wanted): Promise<NewToken> {
    const { authority, now, sight } = change;
    const common = { ...originOf(change), hint: HINT, digest, label, replacesId: null };
    const expiryOf = (ownerId: number | null): Date | null => {
      const mostMs = longestLifetimeMs(authority.actor, ownerId);
      return decideExpiry(this.foundation, now, { given, wantedMs: Infinity, mostMs });
    };
    if ("login" in of) {
      const owner = await sight.accountByLogin(of.login);
      if (owner === null) throw missing(`${field}.account`);
      const place = { accountId: owner.id, repositoryId: null, organizationId: null };
      return { ...common, kind: "ACCOUNT", scope: null, ...place, expiresAt: expiryOf(owner.id) };
    }
    const repository = await sight.repositoryBySlug(of.slug);
    if (repository === null) throw missing(`${field}.repository`);
    const { id: repositoryId, organizationId } = repository;
    const place = { accountId: null, repositoryId, organizationId };
    return { ...common, kind: "REPOSITORY", scope: of.scope, ...place, expiresAt: expiryOf(null) };
  }

  /** Asked when all are there: how many come to one owner is then known. */
  private async refuseTooMany({ tx, now }: Change, tokens: readonly Token[]): Promise<void> {
    const { maxTokensPerAccount, maxTokensPerRepository } = this.foundation.limits;
    for (const id of idsIn(tokens, "accountId")) {
      if ((await countLiveOfAccount(tx, id, now)) > maxTokensPerAccount)
        throw limitExceeded("an account would have more live tokens than are allowed");
    }
    const repositories = idsIn(tokens, "repositoryId");
    if (
      repositories.length > 0 &&
      (await findFullRepository(tx, repositories, maxTokensPerRepository + 1, now)) !== null
    ) {
      throw limitExceeded("a repository would have more live tokens than are allowed");
    }
  }
}

/** Said with its place: whoever comes this far sees everything. */
const missing = (field: string): AppError => new AppError("NOT_FOUND", "not found", { field });

function readDigest(field: string, text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw badInput(field, "must be 64 hexadecimal digits");
  const digest = text.toLowerCase();
  if (NOTHING.has(digest)) throw badInput(field, "must not be the digest of nothing");
  return digest;
}

/** An owner is never guessed: an account token without one would be the importer's own. */
function readPlace(field: string, { kind, account, repository, scope }: ImportToken): Wanted["of"] {
  const must = (name: string, allowed: string) => badInput(`${field}.${name}`, allowed);
  if (kind === "ACCOUNT") {
    if (typeof account !== "string") throw must("account", "must be the login of an account token's owner");
    if (typeof repository === "string") throw must("repository", "must be left out for an account token");
    if (typeof scope === "string") throw must("scope", "must be left out for an account token");
    return { login: account };
  }
  if (typeof repository !== "string") throw must("repository", "must be the slug of a repository token's");
  if (typeof scope !== "string") throw must("scope", "must be that of the repository token");
  if (typeof account === "string") throw must("account", "must be left out for a repository token");
  return { slug: repository, scope };
}

async function refuseTaken({ tx }: Change, wanted: readonly Wanted[]): Promise<void> {
  const taken = await findTakenDigests(
    tx,
    wanted.map((one) => one.digest),
  );
  const first = wanted.find((one) => taken.has(one.digest));
  if (first === undefined) return;
  const field = `${first.field}.sha256`;
  throw new AppError("CONFLICT", `${field}: there is such a token already`, { field });
}

function idsIn(tokens: readonly Token[], column: "accountId" | "repositoryId"): number[] {
  return [...new Set(tokens.map((token) => token[column]))].filter((id) => id !== null);
}
