import { askerOf, reaches, type Relations, tokenOf } from "./relations";
import type { Scope } from "./table";
import { stateOf } from "./values";
import type { RepositoryRow, World } from "./world";

interface Verdict {
  readonly id: number;
  readonly valid: boolean;
  readonly code: string;
  readonly scope: Scope | null;
  readonly tokenId: number | null;
  readonly accountId: number | null;
  readonly repositoryId: number | null;
  readonly expiresAt: number | null;
}

/** What a verification has to say: the first code that holds, and as much as the contract lets it say. */
export function verify(world: World, relations: Relations, input: unknown): Verdict {
  const {
    secret,
    repository: slug,
    scope: needed = "STATUS",
  } = input as {
    secret: string;
    repository?: string;
    scope?: Scope;
  };
  const nothing = { id: 0, scope: null, tokenId: null, accountId: null, repositoryId: null, expiresAt: null };
  const token = tokenOf(world, secret);
  if (token === undefined) return { ...nothing, valid: false, code: "NOT_FOUND" };

  const asker = askerOf(world, token);
  const state = stateOf(token, world.now);
  const suspended = asker.kind === "account" && asker.account.suspendedAt !== null;
  const refusal = state !== "ACTIVE" && state !== "RETIRING" ? state : suspended ? "ACCOUNT_SUSPENDED" : null;

  const own = world.repositories.find((one) => one.id === token.repositoryId);
  let repository: RepositoryRow | undefined = own;
  if (slug !== undefined) {
    repository = world.repositories.find((one) => one.slug.toLowerCase() === slug.toLowerCase());
    if (refusal !== null && repository?.id !== own?.id) repository = undefined;
  }
  const held = repository === undefined ? null : relations.scopeOn(asker, repository);
  if (held === null) repository = undefined;

  const code =
    refusal ??
    (slug === undefined
      ? "VALID"
      : repository === undefined
        ? "REPOSITORY_DENIED"
        : reaches(held, needed)
          ? "VALID"
          : "SCOPE_DENIED");
  return {
    id: 0,
    valid: code === "VALID",
    code,
    scope: slug === undefined ? token.scope : held,
    tokenId: token.id,
    accountId: token.accountId,
    repositoryId: repository?.id ?? null,
    expiresAt: token.expiresAt,
  };
}
