import { type Actor, type MadeToken, TestApp } from "../../support/kit";
import { revokeToken } from "../../support/tokens";
import { aNumber, aRepositorySecret, aText, anAccountSecret, call } from "../../support/vendor";

let test: TestApp;
let admin: readonly [string, string];
let member: Actor;
let repositoryAdmin: MadeToken;
beforeAll(async () => {
  test = await TestApp.start();
  admin = ["api-token", test.adminSecret];
  await test.repositories(["gh/acme/docs", "gh/acme/api", ...many.map((name) => `gl/large/${name}`)]);
  member = await test.member("gh/acme", "MEMBER");
  repositoryAdmin = await test.repositoryToken("gh/acme/docs", "ADMIN");
});
afterAll(() => test.close());

const many = Array.from({ length: 1001 }, (_, index) => `r${String(index).padStart(4, "0")}`);
const org = "/api/v3/organizations/gh/acme/repositories";
const tokens = `${org}/docs/tokens`;
const ask = (line: string, headers: readonly (readonly [string, string])[] = [admin], json?: unknown) =>
  call(test.url, line, headers, json);
const accountToken = (secret: string): readonly [string, string] => ["api-token", secret];
const projectToken = (secret: string): readonly [string, string] => ["project-token", secret];
const isGood = async (secret: string): Promise<boolean> =>
  (await ask(`GET ${tokens}`, [projectToken(secret)])).status === 200;

describe("listOrganizationRepositories", () => {
  it("lists what the caller sees, as Codacy writes it", async () => {
    expect(await ask(`GET ${org}`)).toMatchObject({
      status: 200,
      body: {
        data: [
          {
            repositoryId: aNumber,
            provider: "gh",
            owner: "acme",
            name: "api",
            fullPath: "acme/api",
          },
          {
            repositoryId: aNumber,
            provider: "gh",
            owner: "acme",
            name: "docs",
            fullPath: "acme/docs",
          },
        ],
        pagination: { limit: 100, total: 2 },
      },
    });
    const collaborator = await test.collaborator("gh/acme/api", "STATUS");
    const seen = await ask(`GET ${org}`, [accountToken(collaborator.secret)]);
    expect(seen.body.data.map(({ name }) => name)).toEqual(["api"]);
    expect(seen.body.pagination).toEqual({ limit: 100, total: 1 });
  });

  it("is followed by its cursor to the last page, which has none", async () => {
    for (const limit of [100, 333, 1000]) {
      const found: string[] = [];
      let cursor = "";
      do {
        const { body } = await ask(
          `GET /api/v3/organizations/gl/large/repositories?limit=${limit}&cursor=${cursor}`,
        );
        expect(body.pagination).toMatchObject({ limit, total: many.length });
        expect(body.data.length).toBeLessThanOrEqual(limit);
        found.push(...body.data.map(({ name }) => name));
        cursor = body.pagination.cursor ?? "";
      } while (cursor !== "");
      expect(found).toEqual(many);
    }
  });

  it("searches the names", async () => {
    const { body } = await ask(`GET /api/v3/organizations/gl/large/repositories?search=R010`);
    expect(body.data.map(({ name }) => name)).toEqual(
      Array.from({ length: 10 }, (_, index) => `r010${index}`),
    );
  });

  it("refuses pages that there are not", async () => {
    for (const query of [
      "limit=0",
      "limit=1001",
      "limit=-1",
      "limit=x",
      "limit=1e2",
      "cursor=x",
      "limit=1&limit=2",
    ]) {
      const answer = await ask(`GET ${org}?${query}`);
      expect([query, answer.status, answer.body.error]).toEqual([query, 400, "BadRequest"]);
    }
  });
});

describe("repository tokens", () => {
  it("are made without a body and without a Content-Type: ADMIN, named as Codacy names them", async () => {
    const { status, headers, body } = await ask(`POST ${tokens}`);
    expect([status, headers["cache-control"]]).toEqual([201, "no-store"]);
    expect(body).toEqual({ data: { id: aNumber, token: aRepositorySecret } });
    const { viewer } = await test
      .client(body.data.token)
      .must<{ viewer: object }>("{ viewer { token { scope label expiresAt } } }");
    expect(viewer).toEqual({ token: { scope: "ADMIN", label: "Codacy API token", expiresAt: null } });
  });

  it("take a name and an end", async () => {
    const expiresAt = test.in(60_000);
    const { body } = await ask(`POST ${tokens}`, [admin], { name: "coverage", expiresAt });
    expect(body.data.expiresAt).toBe(expiresAt);
    const { body: listed } = await ask(`GET ${tokens}`);
    expect(listed.data[0]).toEqual({
      id: body.data.id,
      token: body.data.token.slice(0, 8),
      name: "coverage",
      expiresAt,
    });
    test.pass(60_000);
    expect(await ask(`GET ${tokens}`, [projectToken(body.data.token)])).toMatchObject({
      status: 401,
      body: { error: "token expired" },
    });
  });

  it("are listed newest first, and never with a secret", async () => {
    const made: { id: number; token: string }[] = [];
    for (let count = 0; count < 3; count += 1) made.push((await ask(`POST ${tokens}`)).body.data);
    const { body } = await ask(`GET ${tokens}`);
    expect(body.data.slice(0, 3).map(({ id }) => id)).toEqual(made.map(({ id }) => id).reverse());
    for (const { token } of body.data) expect(token).toMatch(/^twr_\w{4}$/);
  });

  it("end by their id, once", async () => {
    const { data } = (await ask(`POST ${tokens}`)).body;
    expect(await isGood(data.token)).toBe(true);
    const gone = await ask(`DELETE ${tokens}/${data.id}`);
    expect([gone.status, gone.body]).toEqual([204, ""]);
    expect(await ask(`GET ${tokens}`, [projectToken(data.token)])).toMatchObject({
      status: 401,
      body: { error: "not found" },
    });
    expect((await ask(`DELETE ${tokens}/${data.id}`)).status).toBe(404);
  });

  it("end once when two end them at the same time", async () => {
    const { data } = (await ask(`POST ${tokens}`)).body;
    const both = await Promise.all([ask(`DELETE ${tokens}/${data.id}`), ask(`DELETE ${tokens}/${data.id}`)]);
    expect(both.map(({ status }) => status).sort()).toEqual([204, 404]);
  });

  it("end several at once, all or none", async () => {
    const made: { id: number; token: string }[] = [];
    for (let count = 0; count < 3; count += 1) made.push((await ask(`POST ${tokens}`)).body.data);
    const ids = made.map(({ id }) => id);
    const elsewhere = (await ask(`POST ${org}/api/tokens`)).body.data.id;
    for (const wrong of [
      [...ids, 999_999],
      [...ids, elsewhere],
    ]) {
      expect((await ask(`POST ${tokens}/delete`, [admin], { ids: wrong })).status).toBe(404);
    }
    for (const wrong of [[], ["1"], [1.5], [0], [-1], null, 1, {}]) {
      expect((await ask(`POST ${tokens}/delete`, [admin], { ids: wrong })).status).toBe(400);
    }
    const tooMany = await ask(`POST ${tokens}/delete`, [admin], { ids: Array(1001).fill(ids[0]) });
    expect([tooMany.status, tooMany.body.error]).toEqual([422, "UnprocessableEntity"]);
    expect(await Promise.all(made.map(({ token }) => isGood(token)))).toEqual([true, true, true]);
    expect((await ask(`POST ${tokens}/delete`, [admin], { ids })).status).toBe(204);
    expect(await Promise.all(made.map(({ token }) => isGood(token)))).toEqual([false, false, false]);
  });

  it("are not those of another repository", async () => {
    const { id } = (await ask(`POST ${org}/api/tokens`)).body.data;
    const user = await ask("POST /api/v3/user/tokens");
    for (const other of [id, user.body.id, "x", "0", "-1", "9".repeat(40), repositoryAdmin.secret]) {
      expect(await ask(`DELETE ${tokens}/${other}`)).toMatchObject({
        status: 404,
        body: { error: "NotFound" },
      });
    }
  });
});

describe("account tokens", () => {
  const own = "/api/v3/user/tokens";

  it("are made for the caller, answered unwrapped, listed by pages, and ended", async () => {
    const user = await test.account();
    const header = [accountToken(user.secret)];
    const made = await ask(`POST ${own}`, header);
    expect(made.status).toBe(200);
    expect(made.body).toEqual({ id: aNumber, token: anAccountSecret });
    const expiresAt = test.in(3_600_000);
    const ending = await ask(`POST ${own}`, header, { expiresAt });
    expect(ending.body.expiresAt).toBe(expiresAt);

    const first = await ask(`GET ${own}?limit=2`, header);
    expect(first.body.data.map(({ id }) => id)).toEqual([ending.body.id, made.body.id]);
    expect(first.body.pagination).toEqual({ limit: 2, total: 3, cursor: aText });
    const second = await ask(`GET ${own}?limit=2&cursor=${first.body.pagination.cursor}`, header);
    expect(second.body).toMatchObject({ data: [{ name: "test" }], pagination: { limit: 2, total: 3 } });
    expect(second.body.pagination.cursor).toBeUndefined();

    expect((await ask(`DELETE ${own}/${made.body.id}`, header)).status).toBe(204);
    expect(await ask(`GET ${own}`, [accountToken(made.body.token)])).toMatchObject({
      status: 401,
      body: { error: "not found" },
    });
  });

  it("of another account are not there, not even for site administrators", async () => {
    const user = await test.account();
    const { id } = (await ask(`POST ${own}`, [accountToken(user.secret)])).body;
    expect((await ask(`DELETE ${own}/${id}`)).status).toBe(404);
    expect((await ask(`DELETE ${own}/${id}`, [accountToken(member.secret)])).status).toBe(404);
  });

  it("are nothing for a repository token", async () => {
    for (const line of [`GET ${own}`, `POST ${own}`, `DELETE ${own}/1`]) {
      expect(await ask(line, [projectToken(repositoryAdmin.secret)])).toMatchObject({
        status: 403,
        body: { error: "Forbidden", actions: [] },
      });
    }
  });
});

describe("a Codacy client", () => {
  it("may spell its headers the old way, here alone", async () => {
    for (const name of ["api_token", "project_token"]) {
      expect((await ask(`GET ${org}`, [[name, test.adminSecret]])).status).toBe(200);
      expect((await call(test.url, "GET /api/v2/me", [[name, test.adminSecret]])).status).toBe(401);
    }
    const two = await ask(`GET ${org}`, [admin, ["api_token", member.secret]]);
    expect([two.status, two.body.error]).toEqual([400, "BadRequest"]);
  });

  it("is told in Codacy's words what is wrong", async () => {
    const refusals = [
      [await ask(`GET ${tokens}`, []), 401, { error: "Unauthorized", actions: [] }],
      [await ask(`GET ${tokens}`, [accountToken("nonsense")]), 401, { error: "not found" }],
      [await ask(`POST ${tokens}`, [accountToken(member.secret)]), 403, { error: "Forbidden" }],
      [await ask(`POST ${org}/nothing/tokens`), 404, { error: "NotFound" }],
      [await ask(`GET /api/v3/organizations/gh/nobody/repositories`), 404, { error: "NotFound" }],
      [await ask(`GET /api/v3/organizations/xx/acme/repositories`), 404, { error: "NotFound" }],
      [await ask(`POST ${tokens}`, [admin], { expiresAt: "tomorrow" }), 400, { error: "BadRequest" }],
      [await ask(`POST ${tokens}`, [admin], { expiresAt: "" }), 400, { error: "BadRequest" }],
      [await ask(`POST ${tokens}`, [admin], { name: 1 }), 400, { error: "BadRequest" }],
      [await ask(`POST ${tokens}`, [admin], { name: "x".repeat(101) }), 400, { error: "BadRequest" }],
      [await ask(`POST ${tokens}`, [admin], "[]"), 400, { error: "BadRequest" }],
      [await ask(`POST ${tokens}`, [admin], "{"), 400, { error: "BadRequest" }],
      [await ask(`POST ${tokens}`, [admin], "x".repeat(65 * 1024)), 413, { error: "BadRequest" }],
      [await ask(`PUT ${tokens}`), 405, { error: "BadRequest" }],
      [await ask("GET /api/v3/nothing"), 404, { error: "NotFound", actions: [] }],
      [await ask("POST /api", [], {}), 404, { error: "NotFound", actions: [] }],
      [await ask("GET /api/v1/tokensx"), 404, { error: "NotFound", actions: [] }],
    ] as const;
    for (const [answer, status, body] of refusals) expect(answer).toMatchObject({ status, body });
  });

  it("cannot tell a hidden repository from a missing one", async () => {
    await test.repository("gh/secret/plans");
    const header = [accountToken(member.secret)];
    for (const rest of ["", "/plans/tokens"]) {
      const hidden = await ask(`GET /api/v3/organizations/gh/secret/repositories${rest}`, header);
      const missing = await ask(`GET /api/v3/organizations/gh/secreT2/repositories${rest}`, header);
      expect([hidden.status, hidden.body]).toEqual([404, missing.body]);
    }
  });

  it("is refused by the moment its token is revoked", async () => {
    const { id, secret } = await test.repositoryToken("gh/acme/docs", "ADMIN");
    expect(await isGood(secret)).toBe(true);
    await revokeToken(test.admin, { id });
    expect(await ask(`POST ${tokens}`, [projectToken(secret)])).toMatchObject({
      status: 401,
      headers: { "www-authenticate": 'Bearer realm="tokenward", error="invalid_token"' },
      body: { error: "not found" },
    });
  });
});
