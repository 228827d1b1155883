import { anonymous } from "../../src/domain/actor";
import type { RuleName } from "../../src/domain/rules";
import type { Repository } from "../../src/domain/repository";
import type { Token } from "../../src/domain/token";
import { authChecker } from "../../src/graphql/auth-checker";
import type { Context } from "../../src/graphql/context";
import { Authority } from "../../src/services/authority";
import type { Reader } from "../../src/store/database";

// A repository token has what it has without a look into the database.
const nowhere = undefined as unknown as Reader;
const scoped = (scope: "STATUS" | "ADMIN"): Authority =>
  new Authority({ kind: "repository", token: { id: 1 } as Token, repositoryId: 7, scope }, nowhere);
const root = { noun: "Repository", id: 7, organizationId: 3 } as Repository;

type Checker = (data: { root: unknown; context: Context }, names: RuleName[]) => Promise<boolean>;
const check = (authority: Authority, ...names: RuleName[]): Promise<boolean> =>
  (authChecker as unknown as Checker)({ root, context: { caller: { authority } } as Context }, names);

describe("the rule of a field", () => {
  it("is asked of the object that the field is read from", async () => {
    await expect(check(scoped("ADMIN"), "Repository.tokens")).resolves.toBe(true);
    await expect(check(scoped("STATUS"), "Repository.tokens")).rejects.toMatchObject({
      code: "FORBIDDEN",
      details: { requiredScope: "ADMIN", grantedScope: "STATUS" },
    });
    await expect(check(new Authority(anonymous, nowhere), "Query.viewer")).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  it("is one that exists, and one alone: else nobody passes", async () => {
    const bare = { code: "FORBIDDEN", message: "not allowed" };
    await expect(check(scoped("ADMIN"))).rejects.toMatchObject(bare);
    for (const name of ["Query.nothing", "constructor", "undefined"])
      await expect(check(scoped("ADMIN"), name as RuleName)).rejects.toMatchObject(bare);
    await expect(check(scoped("ADMIN"), "Query.viewer", "Repository.tokens")).rejects.toMatchObject(bare);
  });
});
