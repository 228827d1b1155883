import { TestApp } from "../../support/kit";
import { inShort, linesOf } from "../../support/audit";
import { send } from "../../support/raw";
import { createAccountToken, createRepositoryToken, revokeToken } from "../../support/tokens";
import { aNumber, aText, call } from "../../support/vendor";

const slug = encodeURIComponent("gh/acme/docs");
const codacy = "/api/v3/organizations/gh/acme/repositories/docs/tokens";
const circleci = "/api/v1.1/project/gh/acme/docs/token";
const nocodb = `/api/v2/meta/bases/${slug}/api-tokens`;
const ofRepository = [codacy, circleci, nocodb];
const ofAccount = ["/api/v3/user/tokens", "/api/v1/user/token", "/api/v1/tokens", "/api/v3/meta/tokens"];

interface Made {
  readonly id: number | string;
  readonly token: string;
}
/** The token in a vendor's answer. */
const madeOf = (body: Made | { readonly data: Made }): Made => ("data" in body ? body.data : body);

describe("the paths of other vendors", () => {
  let test: TestApp;
  let admin: readonly [string, string];
  beforeAll(async () => {
    test = await TestApp.start({ env: { LOG_LEVEL: "trace" } });
    await test.repository("gh/acme/docs");
    admin = ["api-token", test.adminSecret];
  });
  afterAll(() => test.close());
  const create = async (path: string): Promise<Made> =>
    madeOf((await call(test.url, `POST ${path}`, [admin], { scope: "all" })).body);

  it("write the same audit lines as GraphQL does", async () => {
    const about = ({ token: _, ...line }: Record<string, unknown>): object => line;
    const cases = [
      [ofRepository, () => createRepositoryToken(test.admin, { repository: "gh/acme/docs", scope: "ADMIN" })],
      [ofAccount, () => createAccountToken(test.admin)],
    ] as const;
    for (const [paths, byGraphQL] of cases) {
      const due = await linesOf(test, async () => {
        const { token } = await byGraphQL();
        await revokeToken(test.admin, { id: token.id });
      });
      expect(due.map(({ action }) => action)).toEqual(["TOKEN_CREATED", "TOKEN_REVOKED"]);
      for (const path of paths) {
        const lines = await linesOf(test, async () => {
          const { id } = await create(path);
          await call(test.url, `DELETE ${path}/${id}`, [admin]);
        });
        expect(lines.map((line) => about(inShort(line)))).toEqual(due.map((line) => about(inShort(line))));
        expect(lines[0]).toMatchObject({ requestId: aText, actor: { login: "admin" } });
      }
    }
  });

  it("write none for a refusal", async () => {
    const stranger = await test.account();
    const lines = await linesOf(test, async () => {
      for (const path of ofRepository) {
        await call(test.url, `POST ${path}`, [["api-token", stranger.secret]]);
        await call(test.url, `DELETE ${path}/999999`, [admin]);
        await call(test.url, `POST ${path}`, [admin], { name: 1, label: 1, description: 1 });
      }
    });
    expect(lines).toEqual([]);
  });

  it("never let a secret into the log, whatever is asked with it in a path", async () => {
    const secrets = [test.adminSecret];
    for (const path of [...ofRepository, ...ofAccount]) {
      const { token } = await create(path);
      secrets.push(token);
      for (const line of [
        `DELETE ${path}/${token}`,
        `GET ${path}/${token}`,
        `PUT ${path}/${token}`,
        `DELETE ${path}/${token}/${token}`,
        `DELETE ${path}/${token}?circle-token=${token}&token=${token}`,
        `DELETE ${path}/%ZZ${token}`,
        `DELETE ${path}/${token.repeat(40)}`,
      ]) {
        const answer = await send(test.url, { ...splitLine(line), headers: [admin, ["User-Agent", token]] });
        expect(answer.text).not.toContain(token);
      }
    }
    for (const secret of secrets) expect(test.log.join("\n")).not.toContain(secret);
    const agents = await test.rows<{ user_agent: string | null }>("SELECT user_agent FROM audit_event");
    for (const secret of secrets) expect(JSON.stringify(agents)).not.toContain(secret);
  });

  it("give secrets to nobody's cache", async () => {
    for (const path of [...ofRepository, ...ofAccount, "/api/nothing"]) {
      for (const headers of [[admin], []]) {
        const answer = await call(test.url, `POST ${path}`, headers);
        expect([path, answer.headers["cache-control"]]).toEqual([path, "no-store"]);
      }
    }
  });

  it("take JSON, said or not, and nothing that says that it is something else", async () => {
    const post = (path: string, type: string | null, body: string) =>
      send(test.url, {
        method: "POST",
        path,
        headers: [admin, ...(type === null ? [] : [["Content-Type", type] as const])],
        body,
      });
    for (const path of [...ofRepository, ...ofAccount]) {
      for (const type of [null, "application/json", "Application/JSON; charset=utf-8"])
        expect((await post(path, type, "{}")).status).toBeLessThan(300);
      for (const type of [null, "application/json", "text/plain", "application/x-www-form-urlencoded"])
        expect((await post(path, type, "")).status).toBeLessThan(300);
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
        expect((await post(path, type, "label=x")).status).toBe(415);
      for (const body of ["null", "1", "[]", "{", "\u0000", '"x"'])
        expect((await post(path, "application/json", body)).status).toBe(400);
      expect((await post(path, "application/json", "x".repeat(64 * 1024 + 1))).status).toBe(413);
    }
  });

  it("count as uses of the token, but for what is refused before it is looked at", async () => {
    const user = await test.account();
    const usedAt = async (): Promise<number | null> => {
      await test.app.services.recorder.flush();
      const [row] = await test.rows<{ last_used_at: number | null }>(
        "SELECT last_used_at FROM token WHERE account_id = (SELECT id FROM account WHERE login = ?)",
        [user.login],
      );
      return row!.last_used_at;
    };
    const header = ["xc-token", user.secret] as const;
    await call(test.url, "GET /api/nothing", [header]);
    await call(test.url, "PUT /api/v1/tokens", [header]);
    await call(test.url, "POST /api/v1/tokens", [header], "{");
    expect(await usedAt()).toBeNull();
    await call(test.url, "GET /api/v1/tokens", [header]);
    expect(await usedAt()).not.toBeNull();
  });
});

describe("the limits at these paths", () => {
  it("are those of GraphQL: guesses of a token, and tokens of a repository", async () => {
    const test = await TestApp.start({
      env: { RATE_LIMIT_PER_MINUTE: "12", MAX_TOKENS_PER_REPOSITORY: "1" },
    });
    try {
      await test.repository("gh/acme/docs");
      const { secret } = await test.repositoryToken("gh/acme/docs", "ADMIN");
      const header = [["api-token", secret]] as const;
      for (const path of ofRepository)
        expect((await call(test.url, `POST ${path}`, header)).status).toBe(422);
      while ((await call(test.url, `GET ${codacy}`, header)).status === 200);
      const forms = [];
      for (const path of ofRepository) {
        const { status, headers, body } = await call(test.url, `GET ${path}`, header);
        expect([status, Number(headers["retry-after"])]).toEqual([429, aNumber]);
        expect(Number(headers["retry-after"])).toBeGreaterThan(0);
        forms.push(body);
      }
      const message = "too many guesses: try again later";
      expect(forms).toEqual([
        { message, actions: [], error: "TooManyRequests" },
        { message },
        { error: "ERR_TOO_MANY_REQUESTS", message },
      ]);
    } finally {
      await test.close();
    }
  });
});

describe("COMPAT=off", () => {
  it("closes them all, and nothing else", async () => {
    const test = await TestApp.start({ env: { COMPAT: "off" } });
    try {
      await test.repository("gh/acme/docs");
      const badges = ["/gh/acme/docs.svg", "/bitbucket/acme/docs/tree/main.svg"];
      const others = ["/api/v2/me", "/api/nothing", ...badges];
      for (const path of [...ofRepository, ...ofAccount, ...others]) {
        const answer = await call(test.url, `GET ${path}`, [["api-token", test.adminSecret]]);
        expect([path, answer.status, answer.body]).toEqual([path, 404, { error: "not found" }]);
      }
      expect((await call(test.url, "GET /badge/gh/acme/docs.svg")).status).toBe(200);
      // The headers are everywhere's.
      const viewer = await test.client(null).send(
        "{ viewer { account { login } } }",
        {},
        {
          "xc-token": test.adminSecret,
        },
      );
      expect(viewer.status).toBe(200);
    } finally {
      await test.close();
    }
  });
});

const splitLine = (line: string): { method: string; path: string } => {
  const [method = "", path = ""] = line.split(" ");
  return { method, path };
};
