import type { FastifyReply } from "fastify";
import type { Account } from "../../domain/account";
import { numberOf } from "../../domain/node-id";
import type { Repository } from "../../domain/repository";
import type { Token } from "../../domain/token";
import { AppError } from "../../errors";
import type { Caller } from "../../services/caller";
import type { PageArgs } from "../../services/page";
import type { Visit } from "./vendor";

/** Whose tokens a path is about. */
export type Owner = { readonly account: Account } | { readonly repository: Repository };

/** The account that asks, for paths that are about one's own. FORBIDDEN for a repository token. */
export function ownAccount({ authority: { actor } }: Caller): Account {
  if (actor.kind !== "account") throw new AppError("FORBIDDEN", "needs an account token");
  return actor.account;
}

/** NOT_FOUND, in the vendor's word for a repository, for a missing and a hidden one alike. */
export async function repositoryAt(visit: Visit, slug: string, word: string): Promise<Repository> {
  const repository = await visit.caller.sight.repositoryBySlug(slug);
  if (repository === null) throw new AppError("NOT_FOUND", `${word} not found`);
  return repository;
}

/** The live tokens of an owner, newest first. */
export const tokensOf =
  ({ services, caller }: Visit, owner: Owner) =>
  (args: PageArgs) =>
    "account" in owner
      ? services.tokens.listAccountTokens(caller, owner.account, args)
      : services.tokens.listRepositoryTokens(caller, owner.repository, args);

const noSuchToken = (): AppError => new AppError("NOT_FOUND", "Token not found");

/** Ends a live token of this owner. NOT_FOUND for every other: these clients take a deleted token for gone. */
export async function deleteToken({ services, caller }: Visit, owner: Owner, id: number): Promise<void> {
  const token = await caller.sight.token(id);
  if (token === null || !belongs(token, owner)) throw noSuchToken();
  // Of two deletions at once, one finds nothing left to end.
  const { revokedCount } = await services.revocation.revokeToken(caller, { id });
  if (revokedCount === 0) throw noSuchToken();
}

export function belongs(token: Token, owner: Owner): boolean {
  return "account" in owner
    ? token.kind === "ACCOUNT" && token.accountId === owner.account.id
    : token.kind === "REPOSITORY" && token.repositoryId === owner.repository.id;
}

/** The number behind an id, as these answers or GraphQL write it; 0, which no token has, for anything else. */
export function idOf(text: string): number {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : numberOf("Token", text);
}

/** The token that a path names by its id or, as these vendors have it, by its secret: that is warned of (RFC 9745). */
export async function idOrSecret({ services, reply }: Visit, text: string): Promise<number> {
  const id = idOf(text);
  if (id !== 0) return id;
  warnOfSecret(reply);
  return services.verification.numberOf(text);
}

// Since the first version: a path ends up in the logs of every proxy on its way.
const warnOfSecret = (reply: FastifyReply): FastifyReply => reply.header("deprecation", "@1763769600");
