import type { Account } from "../domain/account";
import type { Organization } from "../domain/organization";
import type { Repository } from "../domain/repository";
import {
  type RepositoryStanding,
  type Rule,
  type RuleName,
  rules,
  type Standings,
  type Subject,
} from "../domain/rules";
import type { Token } from "../domain/token";
import { AppError, unauthenticated } from "../errors";
import type { Soon } from "../soon";
import type { Authority, Place } from "./authority";

interface Objects {
  nothing: undefined;
  repository: Repository | Place;
  organization: Organization;
  account: Account;
  token: Token;
}

type SubjectOf<N extends RuleName> = (typeof rules)[N]["on"];
type RuleOn<S extends Subject> = { [N in RuleName]: SubjectOf<N> extends S ? N : never }[RuleName];
type ObjectOf<N extends RuleName> = SubjectOf<N> extends "nothing" ? [] : [object: Objects[SubjectOf<N>]];

/**
 * Throws FORBIDDEN, or UNAUTHENTICATED for an anonymous caller, unless the rule allows it. The object must be one that
 * the caller sees: whether it does is asked before, and answered with NOT_FOUND.
 */
export async function permit<N extends RuleName>(
  authority: Authority,
  name: N,
  ...[object]: ObjectOf<N>
): Promise<void> {
  const rule: Rule<Subject> = rules[name];
  const found = standingOn(authority, rule.on, object);
  judge(authority, rule, found instanceof Promise ? await found : found);
}

/** The same for a rule that no object has a part in: there is nothing to wait for. */
export function permitNow(authority: Authority, name: RuleOn<"nothing">): void {
  judge(authority, rules[name], undefined);
}

function judge(authority: Authority, rule: Rule<Subject>, standing: Standings[Subject]): void {
  // Only the literal true opens: a rule that answers anything else refuses.
  if (rule.allows(authority.actor, standing) === true) return;
  if (authority.actor.kind === "anonymous") throw unauthenticated("authentication required");
  throw forbidden(rule, standing);
}

/** Whether the rule allows it, for choices that are not refusals. */
export async function allowed<N extends RuleName>(
  authority: Authority,
  name: N,
  ...[object]: ObjectOf<N>
): Promise<boolean> {
  const rule: Rule<Subject> = rules[name];
  return rule.allows(authority.actor, await standingOn(authority, rule.on, object)) === true;
}

const standings: {
  readonly [S in Subject]: (authority: Authority, object: Objects[S]) => Soon<Standings[S]>;
} = {
  nothing: () => undefined,
  repository: (authority, repository) => authority.onRepository(repository),
  organization: (authority, organization) => authority.onOrganization(organization.id),
  account: (authority, account) => authority.onAccount(account.id),
  token: (authority, token) => authority.onToken(token),
};

function standingOn<S extends Subject>(
  authority: Authority,
  subject: S,
  object: Objects[S],
): Soon<Standings[S]> {
  return standings[subject](authority, object);
}

function forbidden({ scope: requiredScope }: Rule<Subject>, standing: Standings[Subject]): AppError {
  const refusal = new AppError("FORBIDDEN", "not allowed");
  if (requiredScope === undefined) return refusal;
  const { scope: grantedScope } = standing as RepositoryStanding;
  // The scope would do: it is the kind of token that does not.
  if (grantedScope === requiredScope) return refusal;
  return new AppError("FORBIDDEN", `needs scope ${requiredScope}`, { requiredScope, grantedScope });
}
