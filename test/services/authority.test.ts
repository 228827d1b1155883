import { anonymous } from "../../src/domain/actor";
import type { Token } from "../../src/domain/token";
import { digestOf } from "../../src/secrets/digest";
import { actorOf } from "../../src/services/admission";
import { Authority, NOWHERE, type Place } from "../../src/services/authority";
import type { Reader } from "../../src/store/database";
import { findGrantByDigest } from "../../src/store/grant-store";
import type { Actor } from "../support/kit";
import { TestApp } from "../support/kit";

let test: TestApp;
let reader: Reader;
const ids: Record<string, number> = {};
const secrets: Record<string, string> = {};
const tokens: Record<string, Token> = {};
let one: Place;
let other: Place;

const idOf = async (sql: string, ...parameters: string[]): Promise<number> =>
  (await test.rows<{ id: number }>(sql, parameters))[0]!.id;

beforeAll(async () => {
  test = await TestApp.start();
  ({ reader } = test.app.database);
  await test.repositories(["gh/one/one", "gh/two/other"]);
  for (const name of ["one", "two"])
    ids[name] = await idOf("SELECT id FROM organization WHERE slug = ?", `gh/${name}`);
  const place = async (slug: string, organizationId: number): Promise<Place> => ({
    id: await idOf("SELECT id FROM repository WHERE slug = ?", slug),
    organizationId,
  });
  one = await place("gh/one/one", ids.one!);
  other = await place("gh/two/other", ids.two!);

  const people: Record<string, Actor> = {
    boss: await test.member("gh/one", "ADMIN"),
    member: await test.member("gh/one"),
    reader: await test.collaborator("gh/one/one", "READ_ONLY"),
    keeper: await test.collaborator("gh/one/one", "ADMIN"),
    outsider: await test.account(),
  };
  for (const [name, { login, secret }] of Object.entries(people)) {
    ids[name] = await idOf("SELECT id FROM account WHERE login = ?", login);
    secrets[name] = secret;
  }
  ids.admin = await idOf("SELECT id FROM account WHERE login = ?", "admin");
  secrets.admin = test.adminSecret;
  const by = test.client(secrets.keeper!);
  for (const scope of ["STATUS", "READ_ONLY", "ADMIN"] as const)
    secrets[scope] = (await test.repositoryToken("gh/one/one", scope, { by })).secret;
  for (const [name, secret] of Object.entries(secrets))
    tokens[name] = (await findGrantByDigest(reader, digestOf(secret)))!.token;
});
afterAll(() => test.close());

async function authorityOf(name: string): Promise<Authority> {
  const actor =
    name === "nobody" ? anonymous : actorOf((await findGrantByDigest(reader, digestOf(secrets[name]!)))!);
  return new Authority(actor, reader);
}

describe("what an actor has on a repository", () => {
  it.each([
    ["nobody", null],
    ["STATUS", "STATUS"],
    ["READ_ONLY", "READ_ONLY"],
    ["ADMIN", "ADMIN"],
    ["outsider", null],
    ["reader", "READ_ONLY"],
    ["keeper", "ADMIN"],
    ["member", "READ_ONLY"],
    ["boss", "ADMIN"],
  ])("%s: %s, and nothing on another or on one that does not exist", async (name, scope) => {
    const authority = await authorityOf(name);
    expect(await authority.onRepository(one)).toEqual({ scope });
    expect(await authority.seesRepository(one)).toBe(scope !== null);
    for (const elsewhere of [other, NOWHERE]) {
      expect(await authority.onRepository(elsewhere)).toEqual({ scope: null });
      expect(await authority.seesRepository(elsewhere)).toBe(false);
    }
  });

  it("is ADMIN everywhere for a site administrator", async () => {
    const authority = await authorityOf("admin");
    expect(await Promise.all([one, other].map(async (place) => authority.scopeOn(place)))).toEqual([
      "ADMIN",
      "ADMIN",
    ]);
  });
});

describe("how an actor stands to an organization", () => {
  it.each([
    ["nobody", null, false, false],
    ["ADMIN", null, false, false],
    ["outsider", null, false, false],
    ["reader", null, true, true],
    ["keeper", null, true, true],
    ["member", "MEMBER", false, true],
    ["boss", "ADMIN", false, true],
    ["admin", null, false, true],
  ])("%s: role %s, as a collaborator %s, sees it %s", async (name, role, collaborates, sees) => {
    const authority = await authorityOf(name);
    expect(await authority.onOrganization(ids.one!)).toEqual({ role, collaborates });
    expect(await authority.roleIn(ids.one!)).toBe(role);
    expect(await authority.seesOrganization(ids.one!)).toBe(sees);
    expect(await authority.onOrganization(ids.two!)).toEqual({ role: null, collaborates: false });
    expect(await authority.seesOrganization(ids.two!)).toBe(name === "admin");
  });
});

describe("how an actor stands to an account", () => {
  // Of an organization: its people. With ADMIN on a repository: who made tokens of it, and who collaborates there.
  it.each([
    ["nobody", []],
    ["ADMIN", []],
    ["outsider", ["outsider"]],
    ["reader", ["reader"]],
    ["keeper", ["keeper", "reader"]],
    ["member", ["boss", "member"]],
    ["boss", ["boss", "keeper", "member", "reader"]],
    ["admin", ["admin", "boss", "keeper", "member", "outsider", "reader"]],
  ])("%s sees %j", async (name, expected) => {
    const authority = await authorityOf(name);
    const names = ["admin", "boss", "keeper", "member", "outsider", "reader"];
    const seen = await Promise.all(names.map((one) => authority.seesAccount(ids[one]!)));
    expect(names.filter((_, index) => seen[index])).toEqual(expected);
    expect(await authority.seesAccount(0)).toBe(name === "admin");
  });

  it("is itself for its own token, acquainted for those it knows, neither for the rest", async () => {
    const boss = await authorityOf("boss");
    expect(await boss.onAccount(ids.boss!)).toEqual({ itself: true, acquainted: false });
    expect(await boss.onAccount(ids.member!)).toEqual({ itself: false, acquainted: true });
    expect(await boss.onAccount(ids.outsider!)).toEqual({ itself: false, acquainted: false });
    const nobody = { itself: false, acquainted: false };
    expect(await (await authorityOf("ADMIN")).onAccount(ids.boss!)).toEqual(nobody);
    // It sees everybody by what it is, whom it knows is not asked.
    expect(await (await authorityOf("admin")).onAccount(ids.boss!)).toEqual(nobody);
  });
});

describe("how an actor stands to a token", () => {
  it.each([
    ["nobody", []],
    ["STATUS", ["STATUS"]],
    ["READ_ONLY", ["READ_ONLY"]],
    ["ADMIN", ["ADMIN", "READ_ONLY", "STATUS"]],
    ["outsider", ["outsider"]],
    ["reader", ["reader"]],
    ["keeper", ["ADMIN", "READ_ONLY", "STATUS", "keeper"]],
    ["member", ["member"]],
    ["boss", ["ADMIN", "READ_ONLY", "STATUS", "boss"]],
    ["admin", ["ADMIN", "READ_ONLY", "STATUS", "admin", "boss", "keeper", "member", "outsider", "reader"]],
  ])("%s sees %j", async (name, expected) => {
    const authority = await authorityOf(name);
    const names = Object.keys(tokens).sort();
    const seen = await Promise.all(names.map((one) => authority.seesToken(tokens[one]!)));
    expect(names.filter((_, index) => seen[index])).toEqual(expected);
  });

  it("is the token itself, its owner, or has a scope on its repository", async () => {
    const on = async (name: string, token: Token): Promise<object> =>
      (await authorityOf(name)).onToken(token);
    expect(await on("STATUS", tokens.STATUS!)).toEqual({ itself: true, owns: false, scope: "STATUS" });
    expect(await on("STATUS", tokens.ADMIN!)).toEqual({ itself: false, owns: false, scope: "STATUS" });
    expect(await on("boss", tokens.boss!)).toEqual({ itself: true, owns: true, scope: null });
    expect(await on("boss", tokens.member!)).toEqual({ itself: false, owns: false, scope: null });
    expect(await on("member", tokens.ADMIN!)).toEqual({ itself: false, owns: false, scope: "READ_ONLY" });
    expect(await on("nobody", tokens.ADMIN!)).toEqual({ itself: false, owns: false, scope: null });
    // A site administrator's scope is that on the repository: an account token has none.
    expect(await on("admin", tokens.boss!)).toEqual({ itself: false, owns: false, scope: null });
  });

  it("owns account tokens alone: a row of a repository token that names it opens nothing", async () => {
    const damaged: Token = { ...tokens.STATUS!, accountId: ids.outsider! };
    expect(await (await authorityOf("outsider")).onToken(damaged)).toMatchObject({ owns: false });
  });

  it("has no scope on a token whose repository is gone, or whose organization is", async () => {
    const admin = await authorityOf("admin");
    for (const gone of [{ organizationId: null }, { repositoryId: null }]) {
      expect(await admin.onToken({ ...tokens.STATUS!, ...gone })).toMatchObject({ scope: null });
      expect(await (await authorityOf("boss")).seesToken({ ...tokens.STATUS!, ...gone })).toBe(false);
    }
  });

  it("sees what a mutation showed to it, and nothing else", async () => {
    const outsider = await authorityOf("outsider");
    outsider.reveal(tokens.STATUS!, tokens.READ_ONLY!);
    const seen = ["STATUS", "READ_ONLY", "ADMIN"].map((name) => outsider.seesToken(tokens[name]!));
    expect(await Promise.all(seen)).toEqual([true, true, false]);
  });
});

describe("an authority", () => {
  it("of a repository token, and of nobody, knows without a look into the database that it has no role", async () => {
    for (const { actor } of [await authorityOf("ADMIN"), await authorityOf("nobody")]) {
      const blind = new Authority(actor, undefined as unknown as Reader);
      expect(await blind.roleIn(ids.one!)).toBeNull();
      expect(await blind.onOrganization(ids.one!)).toEqual({ role: null, collaborates: false });
      expect(await blind.onAccount(ids.boss!)).toEqual({ itself: false, acquainted: false });
    }
  });

  it("keeps what it has read, and reads elsewhere what it has not", async () => {
    const boss = await authorityOf("boss");
    expect(await boss.roleIn(ids.one!)).toBe("ADMIN");
    boss.readFrom(undefined as unknown as Reader);
    expect(await boss.roleIn(ids.one!)).toBe("ADMIN");
    await expect(boss.roleIn(ids.two!)).rejects.toThrow();
    boss.readFrom(reader);
    expect(await boss.scopeOn(other)).toBeNull();
  });

  it("answers for many objects at once as for each alone", async () => {
    const collaborator = await authorityOf("reader");
    const places = [other, one, NOWHERE, one];
    expect(await Promise.all(places.map(async (place) => collaborator.scopeOn(place)))).toEqual([
      null,
      "READ_ONLY",
      null,
      "READ_ONLY",
    ]);
  });
});
