import type { Account } from "../../src/domain/account";
import { accountIdOf, type Actor, anonymous, isSiteAdmin } from "../../src/domain/actor";
import type { Token } from "../../src/domain/token";

const token = {} as Token;
const byAccount = (isSiteAdmin: boolean): Actor => ({
  kind: "account",
  token,
  account: { id: 7, isSiteAdmin } as Account,
});
const byRepository: Actor = { kind: "repository", token, repositoryId: 7, scope: "ADMIN" };

describe("who acts", () => {
  it("is the account of an account token, and no account for a repository token and for nobody", () => {
    expect([byAccount(false), byRepository, anonymous].map(accountIdOf)).toEqual([7, null, null]);
  });

  it("is a site administrator with the account token of one alone", () => {
    const actors = [byAccount(true), byAccount(false), byRepository, anonymous];
    expect(actors.map(isSiteAdmin)).toEqual([true, false, false, false]);
  });
});
