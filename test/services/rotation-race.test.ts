import type { Actor as DomainActor } from "../../src/domain/actor";
import { AppError } from "../../src/errors";
import type { Caller } from "../../src/services/caller";
import type { Services } from "../../src/services/services";
import { TestApp } from "../support/kit";
import { mutation } from "../support/mutations";
import { greet } from "../support/tokens";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start()));
afterAll(() => test.close());

const services = (): Services => test.app.services;

const origin = { requestId: "race", ip: null, userAgent: null };

/** A request whose credential has been found good: what it is about to do has not begun. */
async function authenticated(secret: string): Promise<Caller> {
  const actor: DomainActor = await services().verification.authenticate(secret, origin);
  return services().callerFor(actor, origin);
}

const codeOf = (outcome: PromiseSettledResult<unknown>): string => {
  if (outcome.status === "fulfilled") return "OK";
  return outcome.reason instanceof AppError ? outcome.reason.code : String(outcome.reason);
};

const successorsOf = async (id: string): Promise<number> => {
  const number = Number(Buffer.from(id, "base64url").toString().split(":")[1]);
  return (await test.rows("SELECT id FROM token WHERE replaces_id = ?", [number])).length;
};

describe("of many rotations of one token at once", () => {
  it("exactly one wins and the others are CONFLICT", async () => {
    const { id } = await test.repositoryToken(await test.repository());
    const document = mutation("rotateToken", "secret");
    const codes = await Promise.all(
      Array.from({ length: 12 }, () => test.admin.code(document, { input: { id } })),
    );
    expect(codes.sort()).toEqual([...Array<string>(11).fill("CONFLICT"), "OK"]);
    expect(await successorsOf(id)).toBe(1);
  });

  it("exactly one wins and the others are CONFLICT, also when all present that very token", async () => {
    const { id, secret } = await test.repositoryToken(await test.repository(), "STATUS");
    const callers = await Promise.all(Array.from({ length: 6 }, () => authenticated(secret)));
    const outcomes = await Promise.allSettled(
      callers.map((caller, index) => {
        const { actor } = caller.authority;
        const named = index % 2 === 0 || actor.kind === "anonymous" ? undefined : actor.token.id;
        return services().rotation.rotateToken(caller, named === undefined ? {} : { id: named });
      }),
    );
    expect(outcomes.map(codeOf).sort()).toEqual([...Array<string>(5).fill("CONFLICT"), "OK"]);
    expect(await successorsOf(id)).toBe(1);
    const won = outcomes.find(({ status }) => status === "fulfilled");
    if (won?.status !== "fulfilled") throw new Error("nobody won");
    expect(await greet(test.client((won.value as { secret: string }).secret))).toBe("welcome");
  });

  it("gives exactly one secret away over HTTP: those who come too late are refused or conflict", async () => {
    const user = await test.account();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        user.client.send<{ rotateToken: { secret: string } | null }>(mutation("rotateToken", "secret"), {
          input: {},
        }),
      ),
    );
    const secrets = answers.flatMap(({ data }) => data?.rotateToken?.secret ?? []);
    expect(secrets).toHaveLength(1);
    const codes = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code));
    expect(codes).toHaveLength(7);
    expect(new Set([...codes, "CONFLICT", "UNAUTHENTICATED"])).toEqual(
      new Set(["CONFLICT", "UNAUTHENTICATED"]),
    );
    expect(await greet(test.client(secrets[0]!))).toBe("welcome");
  });

  it("the one who presents it loses to a site administrator with CONFLICT", async () => {
    const user = await test.account();
    const caller = await authenticated(user.secret);
    const { actor } = caller.authority;
    if (actor.kind !== "account") throw new Error("not an account token");
    const admin = await authenticated(test.adminSecret);
    // Both were let in before either was done.
    const outcomes = [
      ...(await Promise.allSettled([services().rotation.rotateToken(admin, { id: actor.token.id })])),
      ...(await Promise.allSettled([services().rotation.rotateToken(caller, {})])),
    ];
    expect(outcomes.map(codeOf)).toEqual(["OK", "CONFLICT"]);
  });
});

describe("whoever authenticated before its token ended", () => {
  it("is UNAUTHENTICATED when it rotates another token", async () => {
    const user = await test.account();
    const { secret } = await test.accountToken(user.login);
    const other = await authenticated(secret);
    const { actor } = other.authority;
    if (actor.kind !== "account") throw new Error("not an account token");
    const first = await authenticated(user.secret);
    const second = await authenticated(user.secret);
    const outcomes = [
      ...(await Promise.allSettled([services().rotation.rotateToken(first, {})])),
      ...(await Promise.allSettled([services().rotation.rotateToken(second, { id: actor.token.id })])),
    ];
    expect(outcomes.map(codeOf)).toEqual(["OK", "UNAUTHENTICATED"]);
    expect(await greet(test.client(secret))).toBe("welcome");
  });

  it("is UNAUTHENTICATED when it was revoked, and does nothing more", async () => {
    const user = await test.account();
    const first = await authenticated(user.secret);
    const second = await authenticated(user.secret);
    const third = await authenticated(user.secret);
    const outcomes = await Promise.allSettled([
      services().revocation.revokeToken(first, {}),
      services().rotation.rotateToken(second, {}),
      services().tokens.createAccountToken(third, { label: "x" }),
    ]);
    expect(outcomes.map(codeOf)).toEqual(["OK", "UNAUTHENTICATED", "UNAUTHENTICATED"]);
  });

  it("is refused what it lost a moment ago: its authority is read again inside of the write", async () => {
    const boss = await test.account({ isSiteAdmin: true });
    const stale = await authenticated(boss.secret);
    const admin = await authenticated(test.adminSecret);
    const outcomes = await Promise.allSettled([
      services().accounts.updateAccount(admin, { login: boss.login, isSiteAdmin: false }),
      services().accounts.createAccount(stale, { login: "made-by-nobody" }),
    ]);
    expect(outcomes.map(codeOf)).toEqual(["OK", "FORBIDDEN"]);
    expect(await test.rows("SELECT id FROM account WHERE login = 'made-by-nobody'")).toEqual([]);
  });

  it("is refused when its account was suspended a moment ago", async () => {
    const user = await test.account();
    const stale = await authenticated(user.secret);
    const admin = await authenticated(test.adminSecret);
    const outcomes = await Promise.allSettled([
      services().accounts.suspendAccount(admin, { login: user.login }),
      services().tokens.createAccountToken(stale, { label: "x" }),
    ]);
    expect(outcomes.map(codeOf)).toEqual(["OK", "UNAUTHENTICATED"]);
  });
});
