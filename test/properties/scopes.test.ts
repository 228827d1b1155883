import fc from "fast-check";
import type { Actor } from "../../src/domain/actor";
import { effectiveScope, type Rule, rules } from "../../src/domain/rules";
import { covers, REPOSITORY_SCOPES, type RepositoryScope } from "../../src/domain/scope";
import { expiryWithin, lifetimeMs, outlives } from "../../src/domain/token";
import { neverRotated } from "../support/life";

const scope = fc.constantFrom(...REPOSITORY_SCOPES);
const maybeScope = fc.option(scope, { nil: null });
const role = fc.option(fc.constantFrom("MEMBER" as const, "ADMIN" as const), { nil: null });

const life = {
  createdAt: new Date(0),
  expiresAt: null,
  revokedAt: null,
  rotatedAt: null,
  lastUsedAt: null,
};
const token = { ...life, noun: "Token", id: 1, label: "", hint: "", imported: false } as never;
const account = (isSiteAdmin: boolean): Actor => ({
  kind: "account",
  token,
  account: {
    noun: "Account",
    id: 1,
    login: "a",
    name: null,
    kind: "USER",
    isSiteAdmin,
    createdAt: new Date(0),
    suspendedAt: null,
  },
});
const repository = (held: RepositoryScope): Actor => ({
  kind: "repository",
  token,
  repositoryId: 7,
  scope: held,
});

const onRepository = Object.entries(rules).filter(([, rule]) => rule.on === "repository") as [
  string,
  Rule<"repository">,
][];

describe("scopes", () => {
  it("let a higher one do whatever a lower one may, by every rule", () => {
    fc.assert(
      fc.property(
        scope,
        scope,
        fc.boolean(),
        fc.constantFrom(...onRepository),
        (one, other, byAccount, [, rule]) => {
          const [lower, higher] = covers(one, other) ? [other, one] : [one, other];
          const may = (held: RepositoryScope): boolean =>
            rule.allows(byAccount ? account(false) : repository(held), { scope: held });
          return !may(lower) || may(higher);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("never shrink when a role or a collaboration is added", () => {
    fc.assert(
      fc.property(role, maybeScope, role, maybeScope, (oneRole, one, otherRole, other) => {
        const ranks = [null, "MEMBER", "ADMIN"];
        const moreRole = ranks.indexOf(oneRole) >= ranks.indexOf(otherRole) ? oneRole : otherRole;
        const moreScope = one !== null && covers(one, other ?? "STATUS") ? one : other;
        const before = effectiveScope(account(false), { repositoryId: 7, role: oneRole, collaboration: one });
        const after = effectiveScope(account(false), {
          repositoryId: 7,
          role: moreRole,
          collaboration: moreScope,
        });
        return before === null || covers(after, before);
      }),
    );
  });

  it("of a repository token are worth nothing elsewhere, whatever roles there are", () => {
    fc.assert(
      fc.property(scope, role, maybeScope, fc.integer(), (held, anyRole, collaboration, id) => {
        const there = effectiveScope(repository(held), { repositoryId: id, role: anyRole, collaboration });
        return there === (id === 7 ? held : null);
      }),
    );
  });
});

describe("lifetimes", () => {
  const instant = fc.integer({ min: 0, max: 4e12 });
  const lifetime = fc.option(fc.integer({ min: 1, max: 1e12 }), { nil: Infinity });

  it("are cut so that no token outlives what was allowed", () => {
    fc.assert(
      fc.property(instant, lifetime, lifetime, (now, wantedMs, mostMs) => {
        const expiresAt = expiryWithin(now, wantedMs, mostMs);
        const made = { ...neverRotated, createdAt: new Date(now), expiresAt, revokedAt: null };
        return !outlives(expiresAt, now, mostMs) && lifetimeMs(made) <= Math.min(wantedMs, mostMs);
      }),
    );
  });
});
