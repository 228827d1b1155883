import { Api } from "nocodb-sdk";
import { type Actor, TestApp } from "../../support/kit";
import { rotateToken } from "../../support/tokens";
import { aText, anAccountSecret, call, type VendorBody } from "../../support/vendor";

let test: TestApp;
let user: Actor;
beforeAll(async () => {
  test = await TestApp.start();
  await test.repositories(["gh/acme/docs", "gh/acme/api"]);
  user = await test.account();
  await test.member("gh/acme", "ADMIN", user);
});
afterAll(() => test.close());

const token = (secret: string): readonly [string, string] => ["xc-token", secret];
const ask = (line: string, headers?: readonly (readonly [string, string])[], json?: unknown) =>
  call(test.url, line, headers ?? [token(user.secret)], json);
const invalid = { status: 401, body: { msg: "Invalid token" } };
const notFound = { status: 404, body: { error: "ERR_NOT_FOUND", message: "Token not found" } };
const slug = encodeURIComponent("gh/acme/docs");

const sdk = (secret: string) => new Api({ baseURL: test.url, headers: { "xc-token": secret } });
/** How the client of the SDK sees a refusal. */
const refusal = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    return await promise;
  } catch (error) {
    const { response } = error as { response?: { status: number; data: unknown } };
    return { status: response?.status, body: response?.data };
  }
};

describe("nocodb-sdk, as npm has it", () => {
  it("creates, lists and deletes tokens of an account", async () => {
    const api = sdk(user.secret);
    const made = await api.orgTokens.create({ description: "from the SDK" });
    expect(made).toMatchObject({ description: "from the SDK", fk_user_id: user.id });
    expect(made.token).toMatch(/^twa_\w{38}$/);

    const theirs = sdk(made.token!);
    const { list, pageInfo } = await theirs.orgTokens.list();
    expect(list[0]).toEqual({ ...made, token: made.token!.slice(0, 8), last_used_at: null });
    expect(pageInfo).toEqual({ totalRows: 2, page: 1, pageSize: 25, isFirstPage: true, isLastPage: true });

    expect(await api.orgTokens.delete(String(made.id))).toBe(1);
    expect(await refusal(theirs.orgTokens.list())).toEqual(invalid);
    expect(await refusal(api.orgTokens.delete(String(made.id)))).toEqual(notFound);
  });

  it("deletes a token by its secret, which is not logged", async () => {
    const api = sdk(user.secret);
    const made = await api.orgTokens.create({ description: "by its secret" });
    expect(await api.orgTokens.delete(made.token!)).toBe(1);
    expect(await refusal(sdk(made.token!).orgTokens.list())).toEqual(invalid);
    expect(test.log.join("\n")).not.toContain(made.token);
  });

  it("creates, lists and deletes tokens of a base, by its id and by its slug", async () => {
    const api = sdk(user.secret);
    const { repository } = await user.client.must<{ repository: { id: string } }>(
      '{ repository(slug: "gh/acme/docs") { id } }',
    );
    for (const base of [repository.id, slug]) {
      const made = await api.apiToken.create(base, { description: "sync" });
      expect(made.token).toMatch(/^twr_\w{38}$/);
      const { viewer } = await test
        .client(made.token!)
        .must<{ viewer: object }>("{ viewer { token { scope label repository { slug } } } }");
      expect(viewer).toEqual({
        token: { scope: "ADMIN", label: "sync", repository: { slug: "gh/acme/docs" } },
      });
      const { list } = await sdk(made.token!).apiToken.list(base);
      // A repository token sees no accounts.
      expect(list[0]).toMatchObject({ id: made.id, token: made.token!.slice(0, 8), fk_user_id: null });
      expect(await api.apiToken.delete(base, String(made.id))).toBe(1);
      expect(await refusal(sdk(made.token!).apiToken.list(base))).toEqual(invalid);
    }
  });
});

describe("the pages of a list", () => {
  it("are cut by limit and offset", async () => {
    const { secret } = await test.account();
    const made: number[] = [];
    // With the first, as many as an account may have: a page of the services.
    while (made.length < 99) made.push((await ask("POST /api/v1/tokens", [token(secret)])).body.id);
    const page = async (query: string) => (await ask(`GET /api/v1/tokens?${query}`, [token(secret)])).body;
    const newest = [...made].reverse();
    const ids = (body: VendorBody): number[] => body.list.map(({ id }) => id);
    expect(ids(await page(""))).toEqual(newest.slice(0, 25));
    expect(ids(await page("limit=10&offset=0"))).toEqual(newest.slice(0, 10));
    expect(ids(await page("limit=10&offset=35"))).toEqual(newest.slice(35, 45));
    expect((await page("limit=10&offset=90")).pageInfo).toEqual({
      totalRows: 100,
      page: 10,
      pageSize: 10,
      isFirstPage: false,
      isLastPage: true,
    });
    expect((await page("limit=5000")).pageInfo).toMatchObject({ pageSize: 1000, totalRows: 100 });
    expect(ids(await page("offset=100"))).toEqual([]);
    expect(ids(await page("offset=10000"))).toEqual([]);
    for (const query of ["limit=0", "limit=x", "offset=-1", "offset=10001", "offset=1&offset=2"]) {
      const { status, body } = await ask(`GET /api/v1/tokens?${query}`);
      expect([query, status, body.error]).toEqual([query, 400, "ERR_INVALID_REQUEST_BODY"]);
    }
  });
});

describe("version 3", () => {
  const path = "/api/v3/meta/tokens";

  it("creates with a title and an end, lists without secrets, and deletes by id", async () => {
    const expiry = test.in(3_600_000);
    const { status, body } = await ask(`POST ${path}`, undefined, { title: "v3", expiry });
    expect([status, body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^\d+$/) as unknown,
        title: "v3",
        token: anAccountSecret,
        token_prefix: body.token.slice(0, 8),
        created_at: aText,
        expiry,
        last_used_at: null,
      },
    ]);
    const { list, pageInfo } = (await ask(`GET ${path}`)).body;
    expect(list[0]).toEqual({ ...body, token: body.token.slice(0, 8) });
    expect(pageInfo).toMatchObject({ isFirstPage: true });
    expect((await ask(`DELETE ${path}/${body.token}`)).status).toBe(404);
    expect(await ask(`DELETE ${path}/${body.id}`)).toMatchObject({ status: 200, body: { deleted: true } });
    expect(await ask(`DELETE ${path}/${body.id}`)).toMatchObject(notFound);
    expect(await ask(`GET ${path}`, [token(body.token)])).toMatchObject(invalid);
  });

  it("changes no token", async () => {
    const { id } = (await ask(`POST ${path}`)).body;
    for (const json of [{ title: "other" }, { expiry: null }, {}, undefined]) {
      expect((await ask(`PATCH ${path}/${id}`, undefined, json)).status).toBe(422);
    }
    expect((await ask(`PATCH ${path}/999999`, undefined, {})).status).toBe(422);
    expect(await ask(`PATCH ${path}/${id}`, [], {})).toMatchObject(invalid);
  });
});

describe("MAX_TOKENS_PER_ACCOUNT=1", () => {
  it("is NocoDB's rule: one token a user, which goes on by rotation", async () => {
    const strict = await TestApp.start({ env: { MAX_TOKENS_PER_ACCOUNT: "1" } });
    try {
      const only = await strict.account();
      for (const path of ["/api/v1/tokens", "/api/v3/meta/tokens"]) {
        expect(await call(strict.url, `POST ${path}`, [token(only.secret)])).toMatchObject({
          status: 422,
          body: {
            error: "ERR_PLAN_LIMIT_EXCEEDED",
            message: "the account has as many live tokens as are allowed",
          },
        });
      }
      const { secret } = await rotateToken(only.client);
      expect(await call(strict.url, "GET /api/v1/tokens", [token(only.secret)])).toMatchObject(invalid);
      const { body } = await call(strict.url, "GET /api/v1/tokens", [token(secret)]);
      expect(body.pageInfo.totalRows).toBe(1);
    } finally {
      await strict.close();
    }
  });
});

describe("a NocoDB client", () => {
  const base = `/api/v2/meta/bases/${slug}/api-tokens`;

  it("is told in NocoDB's words what is wrong", async () => {
    const member = await test.member("gh/acme", "MEMBER");
    const { secret: repository } = await test.repositoryToken("gh/acme/docs", "ADMIN");
    const forbidden = {
      status: 403,
      body: { error: "ERR_FORBIDDEN", message: "Forbidden - Unauthorized access" },
    };
    expect(await ask("GET /api/v1/tokens", [])).toMatchObject(invalid);
    expect(await ask("GET /api/v1/tokens", [token("nonsense")])).toMatchObject(invalid);
    expect(await ask(`POST ${base}`, [token(member.secret)])).toMatchObject(forbidden);
    expect(await ask("GET /api/v1/tokens", [token(repository)])).toMatchObject(forbidden);
    expect(await ask("POST /api/v3/meta/tokens", [token(repository)])).toMatchObject(forbidden);
    expect(await ask("DELETE /api/v1/tokens/999999")).toMatchObject(notFound);
    for (const other of [
      "nothing",
      encodeURIComponent("gh/acme/nothing"),
      "UmVwb3NpdG9yeTo5OTk",
      "VG9rZW46MQ",
    ]) {
      expect(await ask(`GET /api/v2/meta/bases/${other}/api-tokens`)).toMatchObject({
        status: 404,
        body: { error: "ERR_NOT_FOUND", message: "Base not found" },
      });
    }
    for (const path of ["/api/v3/meta", "/api/v2/meta/x", "/api/v1/db/x", "/api/v1/tokens/1/x"]) {
      expect(await ask(`GET ${path}`)).toMatchObject({ status: 404, body: { error: "ERR_NOT_FOUND" } });
    }
    const two = await ask("GET /api/v1/tokens", [token(user.secret), ["Authorization", "Bearer other"]]);
    expect([two.status, two.body.error]).toEqual([400, "ERR_INVALID_REQUEST_BODY"]);
  });

  it("deletes no token of another's, however it is named", async () => {
    const other = await test.account();
    const { body: theirs } = await ask("POST /api/v1/tokens", [token(other.secret)]);
    const { body: inBase } = await ask(`POST ${base}`);
    const elsewhere = `/api/v2/meta/bases/${encodeURIComponent("gh/acme/api")}/api-tokens`;
    for (const name of [theirs.id, theirs.token]) {
      for (const path of ["/api/v1/tokens", base, "/api/v3/meta/tokens"])
        expect(await ask(`DELETE ${path}/${name}`)).toMatchObject(notFound);
      expect(await ask(`DELETE /api/v1/tokens/${name}`, [token(test.adminSecret)])).toMatchObject(notFound);
    }
    for (const name of [inBase.id, inBase.token]) {
      for (const path of ["/api/v1/tokens", elsewhere])
        expect(await ask(`DELETE ${path}/${name}`)).toMatchObject(notFound);
    }
    for (const { token: secret } of [theirs, inBase])
      expect((await test.client(secret).send("{ viewer { token { id } } }")).status).toBe(200);
  });
});
