import type { Account } from "../domain/account";
import type { Organization } from "../domain/organization";
import type { Repository } from "../domain/repository";
import { type Rule, type RuleName, rules, type Standings, type Subject } from "../domain/rules";
import type { Token } from "../domain/token";
import { AppError, type ErrorDetails, unauthenticated } from "../errors";
import type { Authority, Place } from "./authority";

interface Objects {
  nothing: undefined;
  repository: Repository | Place;
  organization: Organization;
  account: Account;
  token: Token;
}

type SubjectOf<N extends RuleName> = (typeof rules)[N]["on"];
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
  const standing = await standingOn(authority, rule.on, object);
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

async function standingOn(
  authority: Authority,
  subject: Subject,
  object: Objects[Subject],
): Promise<Standings[Subject]> {
  switch (subject) {
    case "nothing":
      return undefined;
    case "repository":
      return authority.onRepository(object as Place);
    case "organization":
      return authority.onOrganization((object as Organization).id);
    case "account":
      return authority.onAccount((object as Account).id);
    case "token":
      return authority.onToken(object as Token);
  }
}

function forbidden(rule: Rule<Subject>, standing: Standings[Subject]): AppError {
  if (
    rule.scope === undefined ||
    standing === undefined ||
    !("scope" in standing) ||
    standing.scope === rule.scope
  ) {
    return new AppError("FORBIDDEN", "not allowed");
  }
  const details: ErrorDetails = { requiredScope: rule.scope, grantedScope: standing.scope };
  return new AppError("FORBIDDEN", `needs scope ${rule.scope}`, details);
}
