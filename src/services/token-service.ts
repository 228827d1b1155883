import type { Account } from "../domain/account";
import { nameBound, type Organization } from "../domain/organization";
import type { Repository } from "../domain/repository";
import type { RepositoryScope } from "../domain/scope";
import { bounds, foldCase } from "../domain/text";
import { stateOf, type Token, type TokenState } from "../domain/token";
import { AppError, badInput, limitExceeded, notFound } from "../errors";
import { countRepositories, findRepositoriesBySlug, listRepositories } from "../store/repository-store";
import type { Slice } from "../store/slice";
import {
  countLiveOfAccount,
  countTokens,
  findFullRepository,
  listTokens,
  type TokenFilter,
} from "../store/token-store";
import type { Caller } from "./caller";
import { change, type Change } from "./change";
import type { Foundation } from "./foundation";
import { readText } from "./input";
import { checkExpiry, decideExpiry, longestLifetimeMs } from "./lifetime";
import { type CreatedToken, mintToken, mintTokens, originOf } from "./minting";
import { type Connection, cursors, emptyConnection, type PageArgs, readConnection, readPage } from "./page";
import { permit } from "./permit";

export interface CreateAccountToken {
  readonly label: string;
  readonly expiresAt?: Date | null;
  /** A login; left out: the caller's own account. */
  readonly account?: string | null;
}

export interface CreateRepositoryToken {
  readonly repository: string;
  readonly scope: RepositoryScope;
  readonly label: string;
  readonly expiresAt?: Date | null;
}

export interface CreateRepositoryTokens {
  readonly organization: string;
  /** Names in the organization; left out: all of its repositories. */
  readonly repositories?: readonly string[] | null;
  readonly scope: RepositoryScope;
  readonly label: string;
  readonly expiresAt?: Date | null;
}

export interface TokenListArgs extends PageArgs {
  readonly states?: readonly TokenState[] | null;
  readonly scope?: RepositoryScope | null;
  /** A login. */
  readonly createdBy?: string | null;
  readonly expiresBefore?: Date | null;
  readonly unusedSince?: Date | null;
}

const MOST_AT_ONCE = 1000;
const creation = { endsNoRight: true } as const;

/** Creates and lists tokens. A secret is minted inside, given out once, and never read back. */
export class TokenService {
  constructor(private readonly foundation: Foundation) {}

  /** UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, LIMIT_EXCEEDED. */
  async createAccountToken(caller: Caller, input: CreateAccountToken): Promise<CreatedToken> {
    const label = readText("label", bounds.label, input.label);
    const given = checkExpiry(this.foundation, input.expiresAt);
    return change(
      this.foundation,
      caller,
      async (change) => {
        const { tx, authority, now } = change;
        const owner = await ownerNamed(change, input.account ?? null);
        await permit(authority, "Mutation.createAccountToken", owner);
        const mostMs = longestLifetimeMs(authority.actor, owner.id);
        const expiresAt = decideExpiry(this.foundation, now, { given, wantedMs: Infinity, mostMs });
        if ((await countLiveOfAccount(tx, owner.id, now)) >= this.foundation.limits.maxTokensPerAccount) {
          throw limitExceeded("the account has as many live tokens as are allowed");
        }
        const created = await mintToken(tx, {
          ...originOf(change),
          kind: "ACCOUNT",
          scope: null,
          label,
          accountId: owner.id,
          repositoryId: null,
          organizationId: null,
          expiresAt,
          replacesId: null,
        });
        change.record({ action: "TOKEN_CREATED", accountId: owner.id, tokenId: created.token.id });
        return created;
      },
      creation,
    );
  }

  /** UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, LIMIT_EXCEEDED. */
  async createRepositoryToken(caller: Caller, input: CreateRepositoryToken): Promise<CreatedToken> {
    const label = readText("label", bounds.label, input.label);
    const given = checkExpiry(this.foundation, input.expiresAt);
    return change(
      this.foundation,
      caller,
      async (change) => {
        const repository = await change.sight.repositoryBySlug(input.repository);
        if (repository === null) throw notFound();
        const [created] = await this.createFor(change, [repository], { scope: input.scope, label, given });
        if (created === undefined) throw notFound();
        return created;
      },
      creation,
    );
  }

  /** All or none. UNAUTHENTICATED, BAD_USER_INPUT, LIMIT_EXCEEDED, NOT_FOUND, FORBIDDEN. */
  async createRepositoryTokens(caller: Caller, input: CreateRepositoryTokens): Promise<CreatedToken[]> {
    const names = input.repositories;
    if (names === null) throw badInput("repositories", "must not be null");
    if (names !== undefined) checkNames(names);
    const label = readText("label", bounds.label, input.label);
    const given = checkExpiry(this.foundation, input.expiresAt);
    return change(
      this.foundation,
      caller,
      async (change) => {
        const repositories =
          names === undefined
            ? await wholeOrganization(change, input.organization)
            : await repositoriesNamed(change, input.organization, names);
        return this.createFor(change, repositories, { scope: input.scope, label, given });
      },
      creation,
    );
  }

  async listAccountTokens(caller: Caller, account: Account, args: TokenListArgs): Promise<Connection<Token>> {
    const slice = readPage(args, cursors.tokens);
    await permit(caller.authority, "Account.tokens", account);
    return this.list(caller, { column: "accountId", id: account.id }, args, slice);
  }

  async listRepositoryTokens(
    caller: Caller,
    repository: Repository,
    args: TokenListArgs,
  ): Promise<Connection<Token>> {
    const slice = readPage(args, cursors.tokens);
    await permit(caller.authority, "Repository.tokens", repository);
    return this.list(caller, { column: "repositoryId", id: repository.id }, args, slice);
  }

  async listOrganizationTokens(
    caller: Caller,
    organization: Organization,
    args: TokenListArgs,
  ): Promise<Connection<Token>> {
    const slice = readPage(args, cursors.tokens);
    await permit(caller.authority, "Organization.tokens", organization);
    return this.list(caller, { column: "organizationId", id: organization.id }, args, slice);
  }

  stateOf(token: Token): TokenState {
    return stateOf(token, this.foundation.now());
  }

  private async list(
    caller: Caller,
    of: TokenFilter["of"],
    args: TokenListArgs,
    slice: Slice<number>,
  ): Promise<Connection<Token>> {
    const { reader } = this.foundation.database;
    const states = args.states ?? ["ACTIVE", "RETIRING"];
    const creator =
      typeof args.createdBy === "string" ? await caller.sight.accountByLogin(args.createdBy) : undefined;
    if (creator === null || states.length === 0) return emptyConnection(slice);
    const filter: TokenFilter = {
      of,
      states,
      scope: args.scope ?? null,
      createdById: creator?.id ?? null,
      expiresBefore: args.expiresBefore ?? null,
      unusedSince: args.unusedSince ?? null,
    };
    const now = this.foundation.now();
    return readConnection(slice, cursors.tokens, {
      keyOf: (token: Token) => token.id,
      list: (slice) => listTokens(reader, filter, now, slice),
      count: () => countTokens(reader, filter, now),
    });
  }

  private async createFor(
    change: Change,
    repositories: readonly Repository[],
    input: { readonly scope: RepositoryScope; readonly label: string; readonly given: Date | null },
  ): Promise<CreatedToken[]> {
    const { authority, now, tx } = change;
    await Promise.all(repositories.map((one) => permit(authority, "Mutation.createRepositoryToken", one)));
    if (repositories.length === 0) return [];
    const { scope, label, given } = input;
    const mostMs = longestLifetimeMs(authority.actor, null);
    const expiresAt = decideExpiry(this.foundation, now, { given, wantedMs: Infinity, mostMs });
    const ids = repositories.map((repository) => repository.id);
    if ((await findFullRepository(tx, ids, this.foundation.limits.maxTokensPerRepository, now)) !== null) {
      throw limitExceeded("a repository has as many live tokens as are allowed");
    }
    const origin = originOf(change);
    const drafts = repositories.map(({ id, organizationId }) => ({
      ...origin,
      kind: "REPOSITORY" as const,
      scope,
      label,
      accountId: null,
      repositoryId: id,
      organizationId,
      expiresAt,
      replacesId: null,
    }));
    const created = await mintTokens(tx, drafts);
    for (const { token } of created) {
      const { repositoryId, organizationId } = token;
      change.record({ action: "TOKEN_CREATED", tokenId: token.id, repositoryId, organizationId, scope });
    }
    return created;
  }
}

function checkNames(names: readonly string[]): void {
  if (names.length === 0) throw badInput("repositories", `must be 1 to ${MOST_AT_ONCE} names`);
  if (names.length > MOST_AT_ONCE)
    throw limitExceeded(`at most ${MOST_AT_ONCE} repositories at once`, "repositories");
  if (new Set(names.map(foldCase)).size < names.length)
    throw badInput("repositories", "must name each one once");
}

async function ownerNamed(change: Change, login: string | null): Promise<Account> {
  const { actor } = change.authority;
  if (login !== null) {
    const account = await change.sight.accountByLogin(login);
    if (account === null) throw notFound();
    return account;
  }
  if (actor.kind !== "account") throw new AppError("FORBIDDEN", "not allowed");
  return actor.account;
}

async function wholeOrganization(change: Change, slug: string): Promise<Repository[]> {
  const organization = await change.sight.organizationBySlug(slug);
  if (organization === null) throw notFound();
  await permit(change.authority, "Mutation.createRepositoryTokens", organization);
  const all = { organization, collaboratorId: null, query: null };
  if ((await countRepositories(change.tx, all)) > MOST_AT_ONCE) {
    throw limitExceeded(`more than ${MOST_AT_ONCE} repositories: name those that you mean`, "repositories");
  }
  return listRepositories(change.tx, all, { after: null, limit: MOST_AT_ONCE });
}

/** Every one must be seen, or it is NOT_FOUND for all. A malformed name is as good as a missing one. */
async function repositoriesNamed(
  change: Change,
  slug: string,
  names: readonly string[],
): Promise<Repository[]> {
  if (!/^[\x21-\x7e]{1,300}$/.test(slug) || names.some((name) => nameBound.accept(name) === null))
    throw notFound();
  const slugs = names.map((name) => foldCase(`${slug}/${name}`));
  const found = await findRepositoriesBySlug(change.tx, slugs);
  const bySlug = new Map(found.map((repository) => [foldCase(repository.slug), repository]));
  return Promise.all(
    slugs.map(async (slug) => {
      const repository = bySlug.get(slug);
      if (repository === undefined || !(await change.authority.seesRepository(repository))) throw notFound();
      return repository;
    }),
  );
}
