import { type Actor, isSiteAdmin } from "./actor";
import type { OrganizationRole } from "./organization";
import { covers, higher, type RepositoryScope } from "./scope";

/** How an actor stands to a repository: the scope it has there now. */
export interface RepositoryStanding {
  readonly scope: RepositoryScope | null;
}

/** How an actor stands to an organization: its role, and whether it collaborates on one of the repositories. */
export interface OrganizationStanding {
  readonly role: OrganizationRole | null;
  readonly collaborates: boolean;
}

/**
 * How an actor stands to an account. `acquainted`: they share an organization, or the account created tokens of, or
 * collaborates on, a repository where the actor has ADMIN.
 */
export interface AccountStanding {
  readonly itself: boolean;
  readonly acquainted: boolean;
}

/**
 * How an actor stands to a token. `owns`: it is an account token of the actor's account; `scope`: for a repository
 * token, the actor's scope on its repository.
 */
export interface TokenStanding {
  readonly itself: boolean;
  readonly owns: boolean;
  readonly scope: RepositoryScope | null;
}

export interface Standings {
  nothing: undefined;
  repository: RepositoryStanding;
  organization: OrganizationStanding;
  account: AccountStanding;
  token: TokenStanding;
}
export type Subject = keyof Standings;

/** A line of access.md: who may read a field or call a mutation, of those who see the object at all. */
export interface Rule<S extends Subject = Subject> {
  readonly on: S;
  /** Set where scopes decide, which is on repositories alone, so that a refusal can name it. */
  readonly scope?: RepositoryScope;
  allows(actor: Actor, standing: Standings[S]): boolean;
}

/** The roles and collaborations that decide an effective scope, as the store has them now. */
export interface RepositoryFacts {
  readonly repositoryId: number;
  readonly role: OrganizationRole | null;
  readonly collaboration: RepositoryScope | null;
}

/** The scope that an actor has on a repository (access.md, "Effective scope"). Null: none, it is hidden. */
export function effectiveScope(actor: Actor, facts: RepositoryFacts): RepositoryScope | null {
  switch (actor.kind) {
    case "account":
      if (actor.account.isSiteAdmin || facts.role === "ADMIN") return "ADMIN";
      return higher(facts.role === "MEMBER" ? "READ_ONLY" : null, facts.collaboration);
    case "repository":
      return actor.repositoryId === facts.repositoryId ? actor.scope : null;
    case "anonymous":
      return null;
  }
}

/** Who may know that an object exists. To everybody else it is as good as missing. */
export const sees: {
  readonly [S in Exclude<Subject, "nothing">]: (actor: Actor, standing: Standings[S]) => boolean;
} = {
  repository: (_actor, { scope }) => scope !== null,
  organization: (actor, { role, collaborates }) =>
    actor.kind === "account" && (isSiteAdmin(actor) || role !== null || collaborates),
  account: (actor, { itself, acquainted }) =>
    actor.kind === "account" && (isSiteAdmin(actor) || itself || acquainted),
  token: (actor, { itself, owns, scope }) => isSiteAdmin(actor) || itself || owns || scope === "ADMIN",
};

const isAccountToken = (actor: Actor): boolean => actor.kind === "account";

const anyone: Rule<"nothing"> = { on: "nothing", allows: () => true };
const authenticated: Rule<"nothing"> = { on: "nothing", allows: (actor) => actor.kind !== "anonymous" };
const siteAdmin: Rule<"nothing"> = { on: "nothing", allows: isSiteAdmin };
const verifier: Rule<"nothing"> = {
  on: "nothing",
  allows: (actor) =>
    actor.kind === "account" && (actor.account.kind === "SERVICE" || actor.account.isSiteAdmin),
};

const withScope = (scope: RepositoryScope): Rule<"repository"> => ({
  on: "repository",
  scope,
  allows: (_actor, standing) => covers(standing.scope, scope),
});
const adminAccountToken: Rule<"repository"> = {
  on: "repository",
  scope: "ADMIN",
  allows: (actor, standing) => isAccountToken(actor) && standing.scope === "ADMIN",
};

const organizationMember: Rule<"organization"> = {
  on: "organization",
  allows: (actor, { role }) => isAccountToken(actor) && (isSiteAdmin(actor) || role !== null),
};
const organizationAdmin: Rule<"organization"> = {
  on: "organization",
  allows: (actor, { role }) => isAccountToken(actor) && (isSiteAdmin(actor) || role === "ADMIN"),
};

const itselfOrSiteAdmin: Rule<"account"> = {
  on: "account",
  allows: (actor, { itself }) => isAccountToken(actor) && (isSiteAdmin(actor) || itself),
};

/** Whoever may create a token of that kind, scope and owner; any token itself. */
const mayEnd: Rule<"token"> = {
  on: "token",
  allows: (actor, { itself, owns, scope }) => itself || isSiteAdmin(actor) || owns || scope === "ADMIN",
};

/** The same, for account tokens alone. */
const endedByAccount: Rule<"token"> = {
  on: "token",
  allows: (actor, { itself, owns, scope }) =>
    isAccountToken(actor) && (itself || isSiteAdmin(actor) || owns || scope === "ADMIN"),
};

/** Every rule of access.md, under the coordinate of the schema that it guards; in brackets: one choice of its input. */
export const rules = {
  "Query.viewer": authenticated,
  "Query.node": authenticated,
  "Query.account": authenticated,
  "Query.organization": authenticated,
  "Query.repository": authenticated,
  "Query.accounts": siteAdmin,
  "Query.organizations": siteAdmin,
  "Query.auditEvents": siteAdmin,
  "Query.verifyToken": verifier,
  "Query.verifyTokens": verifier,

  "Repository.description": withScope("READ_ONLY"),
  "Repository.defaultBranch": withScope("READ_ONLY"),
  "Repository.createdAt": withScope("READ_ONLY"),
  "Repository.builds": withScope("READ_ONLY"),
  "Repository.tokens": withScope("ADMIN"),
  "Repository.auditEvents": withScope("ADMIN"),
  "Repository.collaborators": adminAccountToken,

  "Organization.createdAt": organizationMember,
  "Organization.members": organizationMember,
  "Organization.tokens": organizationAdmin,
  "Organization.auditEvents": organizationAdmin,

  "Token.usage": endedByAccount,
  "Token.handover": endedByAccount,

  "Account.isSiteAdmin": itselfOrSiteAdmin,
  "Account.createdAt": itselfOrSiteAdmin,
  "Account.suspendedAt": itselfOrSiteAdmin,
  "Account.tokens": itselfOrSiteAdmin,
  "Account.organizations": itselfOrSiteAdmin,
  "Account.auditEvents": itselfOrSiteAdmin,

  "Mutation.createAccountToken": itselfOrSiteAdmin,
  "Mutation.createRepositoryToken": withScope("ADMIN"),
  "Mutation.createRepositoryTokens": organizationAdmin,
  "Mutation.rotateToken": mayEnd,
  "Mutation.rotateTokens": authenticated,
  "Mutation.rotateTokens(repository)": withScope("ADMIN"),
  "Mutation.rotateTokens(organization)": organizationAdmin,
  "Mutation.rotateTokens(account)": itselfOrSiteAdmin,
  "Mutation.finishHandover": mayEnd,
  "Mutation.cancelHandover": mayEnd,
  "Mutation.revokeToken": mayEnd,
  "Mutation.revokeTokens": authenticated,
  "Mutation.revokeTokens(repository)": withScope("ADMIN"),
  "Mutation.revokeTokens(organization)": organizationAdmin,
  "Mutation.revokeTokens(account)": itselfOrSiteAdmin,
  "Mutation.reportLeakedToken": anyone,
  "Mutation.importTokens": siteAdmin,

  "Mutation.createAccount": siteAdmin,
  "Mutation.updateAccount": siteAdmin,
  "Mutation.updateAccount(name)": itselfOrSiteAdmin,
  "Mutation.suspendAccount": siteAdmin,
  "Mutation.resumeAccount": siteAdmin,
  "Mutation.createOrganization": siteAdmin,
  "Mutation.setMembership": organizationAdmin,
  "Mutation.removeMembership": organizationAdmin,
  "Mutation.createRepository": organizationAdmin,
  "Mutation.importRepositories": organizationAdmin,
  "Mutation.updateRepository": withScope("ADMIN"),
  "Mutation.reportBuild": withScope("ADMIN"),
  "Mutation.renameRepository": adminAccountToken,
  "Mutation.deleteRepository": adminAccountToken,
  "Mutation.setCollaborator": adminAccountToken,
  "Mutation.removeCollaborator": adminAccountToken,
} as const satisfies Record<
  string,
  | Rule<Subject>
  | Rule<"nothing">
  | Rule<"repository">
  | Rule<"organization">
  | Rule<"account">
  | Rule<"token">
>;

export type RuleName = keyof typeof rules;
