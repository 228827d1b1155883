import { covers, higher, REPOSITORY_SCOPES, type RepositoryScope, scopesFrom } from "../../src/domain/scope";

describe("scopes", () => {
  it("are ordered: STATUS < READ_ONLY < ADMIN", () => {
    expect(REPOSITORY_SCOPES).toEqual(["STATUS", "READ_ONLY", "ADMIN"]);
  });

  const held: readonly (RepositoryScope | null)[] = [null, "STATUS", "READ_ONLY", "ADMIN"];

  it.each([
    ["STATUS", [false, true, true, true]],
    ["READ_ONLY", [false, false, true, true]],
    ["ADMIN", [false, false, false, true]],
  ] as const)("%s is covered by itself and what is higher, never by none", (needed, expected) => {
    expect(held.map((scope) => covers(scope, needed))).toEqual(expected);
  });

  it.each([
    [null, [null, "STATUS", "READ_ONLY", "ADMIN"]],
    ["STATUS", ["STATUS", "STATUS", "READ_ONLY", "ADMIN"]],
    ["READ_ONLY", ["READ_ONLY", "READ_ONLY", "READ_ONLY", "ADMIN"]],
    ["ADMIN", ["ADMIN", "ADMIN", "ADMIN", "ADMIN"]],
  ] as const)("the higher of %s and another is the one that covers both", (one, expected) => {
    expect(held.map((other) => higher(one, other))).toEqual(expected);
    expect(held.map((other) => higher(other, one))).toEqual(expected);
  });

  it.each([
    ["STATUS", ["STATUS", "READ_ONLY", "ADMIN"]],
    ["READ_ONLY", ["READ_ONLY", "ADMIN"]],
    ["ADMIN", ["ADMIN"]],
  ] as const)("from %s upwards are %j", (least, expected) => {
    expect(scopesFrom(least)).toEqual(expected);
  });
});
