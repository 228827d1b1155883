import { badInput, limitExceeded, notFound } from "../errors";
import type { Token } from "../domain/token";
import { listLiveTokenIds, type LiveTokenFilter } from "../store/token-store";
import type { Change } from "./change";
import { allowed, permit } from "./permit";

/** Which live tokens a bulk mutation means: those that fit all that is given. */
export interface TokenSelection {
  readonly account?: string;
  readonly repository?: string;
  readonly organization?: string;
  readonly ids?: readonly number[];
  readonly createdBefore?: Date;
}

interface Selected {
  /** Smallest first. */
  readonly ids: readonly number[];
  /** Asked of each token; null: the selection as a whole is the caller's. */
  readonly may: ((token: Token) => Promise<boolean>) | null;
}

const MOST_IDS = 1000;

/** What the input alone shows: BAD_USER_INPUT, LIMIT_EXCEEDED. */
export function checkSelection({ account, repository, organization, ids }: TokenSelection): void {
  if ([account, repository, organization, ids].every((filter) => filter === undefined)) {
    throw badInput("input", "needs at least one of account, repository, organization, ids");
  }
  if (ids?.length === 0) throw badInput("ids", `must be 1 to ${MOST_IDS} ids`);
  if (ids !== undefined && ids.length > MOST_IDS)
    throw limitExceeded(`at most ${MOST_IDS} ids at once`, "ids");
}

/** The live tokens that a checked selection means. NOT_FOUND, FORBIDDEN. */
export async function select(
  change: Change,
  verb: "revoke" | "rotate",
  input: TokenSelection,
): Promise<Selected> {
  const { authority, sight } = change;
  const repository = await named(input.repository, (slug) => sight.repositoryBySlug(slug));
  const organization = await named(input.organization, (slug) => sight.organizationBySlug(slug));
  const account = await named(input.account, (login) => sight.accountByLogin(login));
  if (input.ids !== undefined) await permitEach(change, verb, input.ids);

  let may: Selected["may"] = null;
  if (repository !== null) {
    await permit(authority, `Mutation.${verb}Tokens(repository)`, repository);
  } else if (organization !== null) {
    await permit(authority, `Mutation.${verb}Tokens(organization)`, organization);
  } else if (account !== null) {
    await permit(authority, `Mutation.${verb}Tokens(account)`, account);
    may = (token) => allowed(authority, `Mutation.${verb}Token`, token);
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
  return { ids: await listLiveTokenIds(change.tx, filter, change.now), may };
}

/** Null: not asked for. Throws NOT_FOUND for what the caller does not see. */
async function named<T>(
  name: string | undefined,
  find: (name: string) => Promise<T | null>,
): Promise<T | null> {
  if (name === undefined) return null;
  const object = await find(name);
  if (object === null) throw notFound();
  return object;
}

/** One hidden id is NOT_FOUND for all. */
async function permitEach(change: Change, verb: "revoke" | "rotate", ids: readonly number[]): Promise<void> {
  const tokens = await Promise.all(ids.map((id) => change.sight.token(id)));
  const seen = tokens.filter((token) => token !== null);
  if (seen.length < tokens.length) throw notFound();
  await Promise.all(seen.map((token) => permit(change.authority, `Mutation.${verb}Token`, token)));
}
