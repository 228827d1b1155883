import type { Account } from "../../src/domain/account";
import { type Actor, anonymous } from "../../src/domain/actor";
import {
  effectiveScope,
  type RepositoryFacts,
  type Rule,
  type RuleName,
  rules,
  sees,
  type Standings,
  type Subject,
} from "../../src/domain/rules";
import type { RepositoryScope } from "../../src/domain/scope";
import type { Token } from "../../src/domain/token";
import { neverRotated } from "../support/life";

const token: Token = {
  noun: "Token",
  id: 1,
  kind: "ACCOUNT",
  scope: null,
  label: "test",
  hint: "twa_test",
  accountId: null,
  repositoryId: null,
  organizationId: null,
  createdById: null,
  createdByTokenId: null,
  createdAt: new Date(0),
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  revokedById: null,
  revokeReason: null,
  ...neverRotated,
  imported: false,
};
const accountToken = (fields: Partial<Account>): Actor => {
  const account: Account = {
    noun: "Account",
    id: 1,
    login: "user",
    name: null,
    kind: "USER",
    isSiteAdmin: false,
    createdAt: new Date(0),
    suspendedAt: null,
    ...fields,
  };
  return { kind: "account", token: { ...token, accountId: 1 }, account };
};
const repositoryToken = (scope: RepositoryScope): Actor => ({
  kind: "repository",
  token: { ...token, kind: "REPOSITORY", scope, repositoryId: 7 },
  repositoryId: 7,
  scope,
});

const actors = {
  anonymous,
  status: repositoryToken("STATUS"),
  read: repositoryToken("READ_ONLY"),
  admin: repositoryToken("ADMIN"),
  user: accountToken({}),
  service: accountToken({ kind: "SERVICE" }),
  siteAdmin: accountToken({ isSiteAdmin: true }),
} as const;
type ActorName = keyof typeof actors;
const everybody = Object.keys(actors) as ActorName[];
const signedIn: ActorName[] = ["status", "read", "admin", "user", "service", "siteAdmin"];
const accountTokens: ActorName[] = ["user", "service", "siteAdmin"];

/** Who of these passes. An anonymous caller stands to no repository and no token: it is asked about where it may be. */
const passing = (test: (actor: Actor) => boolean, among = everybody): ActorName[] =>
  among.filter((name) => test(actors[name]));

describe("the effective scope on a repository", () => {
  const own: RepositoryFacts = { repositoryId: 7, role: null, collaboration: null };

  it.each<[ActorName, Partial<RepositoryFacts>, RepositoryScope | null]>([
    ["anonymous", {}, null],
    ["anonymous", { role: "ADMIN", collaboration: "ADMIN" }, null],
    ["status", {}, "STATUS"],
    ["read", {}, "READ_ONLY"],
    ["admin", {}, "ADMIN"],
    // It neither grows nor shrinks with anybody's roles.
    ["status", { role: "ADMIN", collaboration: "ADMIN" }, "STATUS"],
    ["admin", { repositoryId: 8 }, null],
    ["admin", { repositoryId: 8, role: "ADMIN", collaboration: "ADMIN" }, null],
    ["siteAdmin", {}, "ADMIN"],
    ["siteAdmin", { role: "MEMBER", collaboration: "STATUS" }, "ADMIN"],
    ["user", {}, null],
    ["user", { role: "ADMIN" }, "ADMIN"],
    ["user", { role: "MEMBER" }, "READ_ONLY"],
    ["user", { collaboration: "STATUS" }, "STATUS"],
    ["user", { collaboration: "READ_ONLY" }, "READ_ONLY"],
    ["user", { collaboration: "ADMIN" }, "ADMIN"],
    ["user", { role: "MEMBER", collaboration: "STATUS" }, "READ_ONLY"],
    ["user", { role: "MEMBER", collaboration: "ADMIN" }, "ADMIN"],
    ["user", { role: "ADMIN", collaboration: "STATUS" }, "ADMIN"],
    // A service has what its roles give, and nothing for being one.
    ["service", {}, null],
    ["service", { role: "MEMBER" }, "READ_ONLY"],
    ["service", { collaboration: "STATUS" }, "STATUS"],
  ])("of %s with %j is %s", (name, facts, expected) => {
    expect(effectiveScope(actors[name], { ...own, ...facts })).toBe(expected);
  });
});

describe("who may know that an object exists", () => {
  it("a repository: whoever has a scope on it", () => {
    expect(passing((actor) => sees.repository(actor, { scope: null }))).toEqual([]);
    expect(passing((actor) => sees.repository(actor, { scope: "STATUS" }), signedIn)).toEqual(signedIn);
  });

  it.each<[object, ActorName[]]>([
    [{ role: null, collaborates: false }, ["siteAdmin"]],
    [{ role: "MEMBER", collaborates: false }, accountTokens],
    [{ role: "ADMIN", collaborates: false }, accountTokens],
    [{ role: null, collaborates: true }, accountTokens],
  ])("an organization, standing to it as %j: %j, never a repository token", (standing, expected) => {
    expect(passing((actor) => sees.organization(actor, standing as Standings["organization"]))).toEqual(
      expected,
    );
  });

  it.each<[object, ActorName[]]>([
    [{ itself: false, acquainted: false }, ["siteAdmin"]],
    [{ itself: true, acquainted: false }, accountTokens],
    [{ itself: false, acquainted: true }, accountTokens],
  ])("an account, standing to it as %j: %j, never a repository token", (standing, expected) => {
    expect(passing((actor) => sees.account(actor, standing as Standings["account"]))).toEqual(expected);
  });

  it.each<[object, ActorName[]]>([
    [{ itself: false, owns: false, scope: null }, ["siteAdmin"]],
    [{ itself: false, owns: false, scope: "STATUS" }, ["siteAdmin"]],
    [{ itself: false, owns: false, scope: "READ_ONLY" }, ["siteAdmin"]],
    [{ itself: false, owns: false, scope: "ADMIN" }, signedIn],
    [{ itself: true, owns: false, scope: "STATUS" }, signedIn],
    [{ itself: false, owns: true, scope: null }, signedIn],
  ])("a token, standing to it as %j: %j", (standing, expected) => {
    expect(passing((actor) => sees.token(actor, standing as Standings["token"]), signedIn)).toEqual(expected);
  });
});

// access.md, line by line. Repository rules: the scope needed, and what kind of token may have it.
const onRepository: Partial<Record<RuleName, [RepositoryScope, "any token" | "account tokens"]>> = {
  "Repository.description": ["READ_ONLY", "any token"],
  "Repository.defaultBranch": ["READ_ONLY", "any token"],
  "Repository.createdAt": ["READ_ONLY", "any token"],
  "Repository.builds": ["READ_ONLY", "any token"],
  "Repository.tokens": ["ADMIN", "any token"],
  "Repository.auditEvents": ["ADMIN", "any token"],
  "Repository.collaborators": ["ADMIN", "account tokens"],
  "Mutation.createRepositoryToken": ["ADMIN", "any token"],
  "Mutation.rotateTokens(repository)": ["ADMIN", "any token"],
  "Mutation.revokeTokens(repository)": ["ADMIN", "any token"],
  "Mutation.updateRepository": ["ADMIN", "any token"],
  "Mutation.reportBuild": ["ADMIN", "any token"],
  "Mutation.renameRepository": ["ADMIN", "account tokens"],
  "Mutation.deleteRepository": ["ADMIN", "account tokens"],
  "Mutation.setCollaborator": ["ADMIN", "account tokens"],
  "Mutation.removeCollaborator": ["ADMIN", "account tokens"],
};

const onOrganization: Partial<Record<RuleName, "members" | "admins">> = {
  "Organization.createdAt": "members",
  "Organization.members": "members",
  "Organization.tokens": "admins",
  "Organization.auditEvents": "admins",
  "Mutation.createRepositoryTokens": "admins",
  "Mutation.rotateTokens(organization)": "admins",
  "Mutation.revokeTokens(organization)": "admins",
  "Mutation.setMembership": "admins",
  "Mutation.removeMembership": "admins",
  "Mutation.createRepository": "admins",
  "Mutation.importRepositories": "admins",
};

/** Of the account itself, and of site administrators. */
const onAccount: readonly RuleName[] = [
  "Account.isSiteAdmin",
  "Account.createdAt",
  "Account.suspendedAt",
  "Account.tokens",
  "Account.organizations",
  "Account.auditEvents",
  "Mutation.createAccountToken",
  "Mutation.updateAccount(name)",
  "Mutation.rotateTokens(account)",
  "Mutation.revokeTokens(account)",
];

const onToken: Partial<Record<RuleName, "any token" | "account tokens">> = {
  "Token.usage": "account tokens",
  "Token.handover": "account tokens",
  "Mutation.rotateToken": "any token",
  "Mutation.finishHandover": "any token",
  "Mutation.cancelHandover": "any token",
  "Mutation.revokeToken": "any token",
};

const onNothing: Partial<Record<RuleName, readonly ActorName[]>> = {
  "Query.viewer": signedIn,
  "Query.node": signedIn,
  "Query.account": signedIn,
  "Query.organization": signedIn,
  "Query.repository": signedIn,
  "Query.accounts": ["siteAdmin"],
  "Query.organizations": ["siteAdmin"],
  "Query.auditEvents": ["siteAdmin"],
  "Query.verifyToken": ["service", "siteAdmin"],
  "Query.verifyTokens": ["service", "siteAdmin"],
  "Mutation.rotateTokens": signedIn,
  "Mutation.revokeTokens": signedIn,
  "Mutation.reportLeakedToken": everybody,
  "Mutation.createAccount": ["siteAdmin"],
  "Mutation.updateAccount": ["siteAdmin"],
  "Mutation.suspendAccount": ["siteAdmin"],
  "Mutation.resumeAccount": ["siteAdmin"],
  "Mutation.createOrganization": ["siteAdmin"],
  "Mutation.importTokens": ["siteAdmin"],
};

const allows = <S extends Subject>(name: RuleName, actor: Actor, standing: Standings[S]): boolean =>
  (rules[name] as Rule<S>).allows(actor, standing);

describe("the rules", () => {
  it("are all in these tables, each once", () => {
    const tabled = [onRepository, onOrganization, onToken, onNothing].flatMap((table) => Object.keys(table));
    expect([...tabled, ...onAccount].sort()).toEqual(Object.keys(rules).sort());
  });

  it("are asked about what their table says, and name a scope on repositories alone", () => {
    const subjects = {
      repository: Object.keys(onRepository),
      organization: Object.keys(onOrganization),
      account: onAccount,
      token: Object.keys(onToken),
      nothing: Object.keys(onNothing),
    };
    for (const [subject, names] of Object.entries(subjects)) {
      for (const name of names) {
        const rule: Rule = rules[name as RuleName];
        expect([name, rule.on, rule.scope !== undefined]).toEqual([name, subject, subject === "repository"]);
      }
    }
  });

  const scopes = [null, "STATUS", "READ_ONLY", "ADMIN"] as const;

  it.each(Object.entries(onRepository))("%s: %s", (name, [needed, kind]) => {
    const enough = scopes.slice(scopes.indexOf(needed));
    const may = kind === "any token" ? signedIn : accountTokens;
    for (const scope of scopes) {
      const found = passing((actor) => allows<"repository">(name as RuleName, actor, { scope }), signedIn);
      expect(found).toEqual(enough.includes(scope) ? may : []);
    }
    expect(rules[name as RuleName]).toMatchObject({ on: "repository", scope: needed });
  });

  it.each(Object.entries(onOrganization))(
    "%s: its %s, and site administrators; no repository token",
    (name, who) => {
      for (const collaborates of [false, true]) {
        const pass = (role: "MEMBER" | "ADMIN" | null): ActorName[] =>
          passing((actor) => allows<"organization">(name as RuleName, actor, { role, collaborates }));
        expect(pass(null)).toEqual(["siteAdmin"]);
        expect(pass("MEMBER")).toEqual(who === "members" ? accountTokens : ["siteAdmin"]);
        expect(pass("ADMIN")).toEqual(accountTokens);
      }
    },
  );

  it.each(onAccount)("%s: itself, and site administrators; no repository token, no acquaintance", (name) => {
    const pass = (itself: boolean, acquainted: boolean): ActorName[] =>
      passing((actor) => allows<"account">(name, actor, { itself, acquainted }));
    expect(pass(true, false)).toEqual(accountTokens);
    expect(pass(false, true)).toEqual(["siteAdmin"]);
    expect(pass(false, false)).toEqual(["siteAdmin"]);
  });

  it.each(Object.entries(onToken))(
    "%s: itself, its owner, ADMIN on its repository, site administrators; %s",
    (name, kind) => {
      const may = kind === "any token" ? signedIn : accountTokens;
      const pass = (standing: Partial<Standings["token"]>): ActorName[] =>
        passing(
          (actor) =>
            allows<"token">(name as RuleName, actor, {
              itself: false,
              owns: false,
              scope: null,
              ...standing,
            }),
          signedIn,
        );
      expect(pass({})).toEqual(["siteAdmin"]);
      expect(pass({ scope: "STATUS" })).toEqual(["siteAdmin"]);
      expect(pass({ scope: "READ_ONLY" })).toEqual(["siteAdmin"]);
      expect(pass({ scope: "ADMIN" })).toEqual(may);
      expect(pass({ owns: true })).toEqual(may);
      expect(pass({ itself: true, scope: "STATUS" })).toEqual(may);
    },
  );

  it.each(Object.entries(onNothing))("%s: %j", (name, expected) => {
    expect(passing((actor) => allows<"nothing">(name as RuleName, actor, undefined))).toEqual(expected);
  });
});
