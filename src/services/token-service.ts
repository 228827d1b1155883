import type { Account } from "../domain/account";
import type { Organization } from "../domain/organization";
import type { Repository } from "../domain/repository";
import type { RepositoryScope } from "../domain/scope";
import { bounds } from "../domain/text";
import { endOf, stateOf, successorIdOf, type Token, type TokenState } from "../domain/token";
import { AppError, badInput, limitExceeded, notFound } from "../errors";
import type { Slice } from "../store/slice";
import {
  countLiveOfAccount,
  countTokens,
  findFullRepository,
  listTokens,
  type TokenFilter,
} from "../store/token-store";
import type { Caller } from "./caller";
import type { Change } from "./change";
import { changeOnce } from "./change-once";
import type { Foundation } from "./foundation";
import { readText } from "./input";
import { checkExpiry, decideExpiry, longestLifetimeMs } from "./lifetime";
import { type CreatedToken, mintToken, mintTokens, originOf } from "./minting";
import { type Connection, cursors, emptyConnection, type PageArgs, connectionTo, readPage } from "./page";
import { permit } from "./permit";
import { checkNames, organizationNamed, repositoriesNamed, wholeOrganization } from "./repositories-named";

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

const creation = { endsNoRight: true } as const;

/** Creates and lists tokens. A secret is minted inside, given out once, and never read back. */
export class TokenService {
  constructor(private readonly foundation: Foundation) {}

  /** UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, LIMIT_EXCEEDED. */
  async createAccountToken(caller: Caller, input: CreateAccountToken): Promise<CreatedToken> {
    const label = readText("label", bounds.label, input.label);
    const given = checkExpiry(this.foundation, input.expiresAt);
    const work = async (change: Change): Promise<CreatedToken[]> => {
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
      return [created];
    };
    return theOne(await changeOnce(this.foundation, caller, work, permitCreationAgain, creation));
  }

  /** UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, LIMIT_EXCEEDED. */
  async createRepositoryToken(caller: Caller, input: CreateRepositoryToken): Promise<CreatedToken> {
    const label = readText("label", bounds.label, input.label);
    const given = checkExpiry(this.foundation, input.expiresAt);
    const work = async (change: Change): Promise<CreatedToken[]> => {
      const repository = await change.sight.repositoryBySlug(input.repository);
      if (repository === null) throw notFound();
      return this.createFor(change, [repository], { scope: input.scope, label, given });
    };
    return theOne(await changeOnce(this.foundation, caller, work, permitCreationAgain, creation));
  }

  /** All or none. UNAUTHENTICATED, BAD_USER_INPUT, LIMIT_EXCEEDED, NOT_FOUND, FORBIDDEN. */
  async createRepositoryTokens(caller: Caller, input: CreateRepositoryTokens): Promise<CreatedToken[]> {
    const names = input.repositories;
    if (names === null) throw badInput("repositories", "must not be null");
    if (names !== undefined) checkNames(names);
    const label = readText("label", bounds.label, input.label);
    const given = checkExpiry(this.foundation, input.expiresAt);
    const work = async (change: Change): Promise<CreatedToken[]> => {
      const repositories =
        names === undefined
          ? await wholeOrganization(change, input.organization)
          : await repositoriesNamed(change, input.organization, names);
      return this.createFor(change, repositories, { scope: input.scope, label, given });
    };
    const again = async (change: Change, made: readonly CreatedToken[]): Promise<void> => {
      if (names === undefined) await organizationNamed(change, input.organization);
      await permitCreationAgain(change, made);
    };
    return changeOnce(this.foundation, caller, work, again, creation);
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

  /** When it ends, or ended, if nothing else ends it; null: never. */
  endOf(token: Token): Date | null {
    return endOf(token, this.foundation.now());
  }

  successorIdOf(token: Token): number | null {
    return successorIdOf(token, this.foundation.now());
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
    return connectionTo(slice, cursors.tokens, {
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

/** Asks the rule of a creation again, for the tokens that it made. */
async function permitCreationAgain(
  { authority, sight }: Change,
  made: readonly CreatedToken[],
): Promise<void> {
  for (const { token } of made) {
    if (token.kind === "ACCOUNT") {
      const owner = await sight.account(token.accountId);
      if (owner === null) throw notFound();
      await permit(authority, "Mutation.createAccountToken", owner);
    } else {
      const repository = await sight.repository(token.repositoryId);
      if (repository === null) throw notFound();
      await permit(authority, "Mutation.createRepositoryToken", repository);
    }
  }
}

function theOne<T>([made]: readonly T[]): T {
  if (made === undefined) throw notFound();
  return made;
}
