import { type Actor, TestApp } from "../../support/kit";
import { basic, bearer, type RawAnswer, send } from "../../support/raw";
import { revokeToken } from "../../support/tokens";
import { aDate, aNumber, aRepositorySecret, aText, anAccountSecret, call } from "../../support/vendor";

let test: TestApp;
let user: Actor;
beforeAll(async () => {
  test = await TestApp.start();
  await test.repositories(["gh/acme/docs", "gh/acme/api", "bb/acme/docs"]);
  user = await test.account({ name: "Ursula" });
  await test.member("gh/acme", "ADMIN", user);
});
afterAll(() => test.close());

const project = "/api/v1.1/project/gh/acme/docs/token";
const personal = "/api/v1/user/token";
const circle = (secret: string): readonly [string, string] => ["Circle-Token", secret];
const ask = (line: string, headers?: readonly (readonly [string, string])[], json?: unknown) =>
  call(test.url, line, headers ?? [circle(user.secret)], json);
const loggedOut = { status: 401, body: { message: "You must log in first." } };

describe("who am I", () => {
  it("is the account, at both versions", async () => {
    for (const path of ["/api/v2/me", "/api/v1.1/me"]) {
      expect(await ask(`GET ${path}`)).toMatchObject({
        status: 200,
        body: { id: user.id, login: user.login, name: "Ursula" },
      });
    }
    expect((await ask("GET /api/v2/me", [circle(test.adminSecret)])).body.name).toBe("admin");
  });

  it("is nobody with a repository token", async () => {
    const { secret } = await test.repositoryToken("gh/acme/docs", "ADMIN");
    expect(await ask("GET /api/v2/me", [circle(secret)])).toMatchObject({
      status: 404,
      body: { message: "Not found" },
    });
  });

  it("takes a token in three ways, and none from the URL", async () => {
    for (const header of [circle(user.secret), bearer(user.secret), basic(user.secret, "")]) {
      expect((await ask("GET /api/v2/me", [header])).status).toBe(200);
    }
    const status = await test.repositoryToken("gh/acme/docs", "STATUS");
    for (const secret of [user.secret, status.secret]) {
      expect(await ask(`GET /api/v2/me?circle-token=${secret}`, [])).toMatchObject(loggedOut);
      expect(await ask(`GET ${project}?circle-token=${secret}`, [])).toMatchObject(loggedOut);
    }
    const two = await ask("GET /api/v2/me", [circle(user.secret), bearer(test.adminSecret)]);
    expect([two.status, Object.keys(two.body)]).toEqual([400, ["message"]]);
  });
});

describe("project tokens", () => {
  it("have the scopes of CircleCI, and status by default", async () => {
    const scopes = { status: "STATUS", "view-builds": "READ_ONLY", all: "ADMIN" };
    for (const [scope, ours] of Object.entries(scopes)) {
      const { status, body } = await ask(`POST ${project}`, undefined, { scope, label: "badge" });
      expect(status).toBe(201);
      expect(body).toEqual({
        id: aNumber,
        token: aRepositorySecret,
        label: "badge",
        scope,
        time: aText,
      });
      const { viewer } = await test
        .client(body.token)
        .must<{ viewer: object }>("{ viewer { token { scope label repository { slug } } } }");
      expect(viewer).toEqual({
        token: { scope: ours, label: "badge", repository: { slug: "gh/acme/docs" } },
      });
    }
    expect((await ask(`POST ${project}`)).body).toMatchObject({
      scope: "status",
      label: "CircleCI API token",
    });
  });

  it("are listed newest first, without a secret", async () => {
    const { body: made } = await ask(`POST ${project}`, undefined, { scope: "all", label: "last" });
    const { status, body } = await ask(`GET ${project}`);
    expect(status).toBe(200);
    expect(body[0]).toEqual({ ...made, token: made.token.slice(0, 8) });
    for (const { token } of body) expect(token).toMatch(/^twr_\w{4}$/);
  });

  it("are of gh and bb, by both names of each", async () => {
    const names = { gh: "gh", github: "gh", bb: "bb", bitbucket: "bb" };
    for (const [vcs, provider] of Object.entries(names)) {
      const { body } = await ask(`POST /api/v1.1/project/${vcs}/acme/docs/token`, [circle(test.adminSecret)]);
      const { viewer } = await test
        .client(body.token)
        .must<{ viewer: { token: object } }>("{ viewer { token { repository { slug } } } }");
      expect(viewer.token).toEqual({ repository: { slug: `${provider}/acme/docs` } });
    }
    for (const vcs of ["gl", "circleci", "constructor", "__proto__"]) {
      expect(await ask(`GET /api/v1.1/project/${vcs}/acme/docs/token`)).toMatchObject({
        status: 404,
        body: { message: "Project not found" },
      });
    }
  });

  it("end by their id, and by their secret with a warning", async () => {
    const { body: one } = await ask(`POST ${project}`);
    const { body: other } = await ask(`POST ${project}`);
    const byId = await ask(`DELETE ${project}/${one.id}`);
    expect([byId.status, byId.headers.deprecation]).toEqual([200, undefined]);
    const bySecret = await ask(`DELETE ${project}/${other.token}`);
    expect([bySecret.status, bySecret.headers.deprecation]).toEqual([200, aDate]);
    for (const { id, token } of [one, other]) {
      expect(await ask("GET /gh/acme/docs.svg", [circle(token)])).toMatchObject(loggedOut);
      for (const name of [id, token]) {
        expect(await ask(`DELETE ${project}/${name}`)).toMatchObject({
          status: 404,
          body: { message: "Token not found" },
        });
      }
    }
    expect(test.log.join("\n")).not.toContain(other.token);
  });

  it("are not ended by who may not, however they are named", async () => {
    const { body: made } = await ask(`POST ${project}`, undefined, { scope: "all" });
    const stranger = await test.account();
    const member = await test.member("gh/acme", "MEMBER");
    const elsewhere = "/api/v1.1/project/gh/acme/api/token";
    for (const name of [made.id, made.token]) {
      const hidden = await ask(`DELETE ${project}/${name}`, [circle(stranger.secret)]);
      expect(hidden).toMatchObject({ status: 404, body: { message: "Project not found" } });
      const unseen = await ask(`DELETE ${project}/${name}`, [circle(member.secret)]);
      expect(unseen).toMatchObject({ status: 404, body: { message: "Token not found" } });
      expect((await ask(`DELETE ${elsewhere}/${name}`)).status).toBe(404);
      expect((await ask(`DELETE ${personal}/${name}`)).status).toBe(404);
    }
    expect((await ask("GET /gh/acme/docs.svg", [circle(made.token)])).status).toBe(200);
    expect(test.log.join("\n")).not.toContain(made.token);
  });

  it("are refused in CircleCI's words", async () => {
    const member = await test.member("gh/acme", "MEMBER");
    expect(await ask(`GET ${project}`, [])).toMatchObject(loggedOut);
    expect(await ask(`GET ${project}`, [circle("nonsense")])).toMatchObject(loggedOut);
    const forbidden = await ask(`GET ${project}`, [circle(member.secret)]);
    expect([forbidden.status, forbidden.body]).toEqual([403, { message: "needs scope ADMIN" }]);
    for (const scope of ["admin", "ALL", "", "constructor", 1, ["all"]]) {
      const { status, body } = await ask(`POST ${project}`, undefined, { scope });
      expect([scope, status, Object.keys(body)]).toEqual([scope, 400, ["message"]]);
    }
    for (const path of ["/api/v1.1/nothing", "/api/v1/user/nothing", "/api/v2/me/nothing"]) {
      expect(await ask(`GET ${path}`)).toMatchObject({ status: 404, body: { message: "not found" } });
    }
    expect(await ask(`PUT ${project}`)).toMatchObject({ status: 405, headers: { allow: "GET, POST" } });
  });
});

describe("the rotation that CircleCI documents in six steps", () => {
  it("of a project token: delete, create with the same scope and label", async () => {
    const { body: old } = await ask(`POST ${project}`, undefined, { scope: "view-builds", label: "deploy" });
    const listed = (await ask(`GET ${project}`)).body.find(({ id }) => id === old.id)!;
    expect((await ask(`DELETE ${project}/${listed.id}`)).status).toBe(200);
    const { scope, label } = listed;
    const { body: fresh } = await ask(`POST ${project}`, undefined, { scope, label });
    expect(fresh).toMatchObject({ scope: "view-builds", label: "deploy" });
    expect(fresh.token).not.toBe(old.token);
    expect(await ask("GET /gh/acme/docs.svg", [circle(old.token)])).toMatchObject(loggedOut);
    expect((await ask("GET /gh/acme/docs.svg", [circle(fresh.token)])).status).toBe(200);
  });

  it("of a personal token: delete, create with the same name", async () => {
    const { body: old } = await ask(`POST ${personal}`, undefined, { label: "laptop" });
    expect(old).toEqual({
      id: aNumber,
      token: anAccountSecret,
      label: "laptop",
      time: aText,
    });
    expect((await ask("GET /api/v2/me", [circle(old.token)])).body.login).toBe(user.login);
    const listed = (await ask(`GET ${personal}`)).body.find(({ id }) => id === old.id)!;
    expect(listed).toEqual({ ...old, token: old.token.slice(0, 8) });
    const gone = await ask(`DELETE ${personal}/${old.token}`);
    expect([gone.status, gone.headers.deprecation]).toEqual([200, aDate]);
    const { body: fresh } = await ask(`POST ${personal}`, undefined, { label: listed.label });
    expect(await ask("GET /api/v2/me", [circle(old.token)])).toMatchObject(loggedOut);
    expect((await ask("GET /api/v2/me", [circle(fresh.token)])).body.login).toBe(user.login);
  });

  it("is over at once for a token that is revoked by other means", async () => {
    const { id, secret } = await test.accountToken(user.login);
    expect((await ask("GET /api/v2/me", [circle(secret)])).status).toBe(200);
    await revokeToken(test.admin, { id });
    expect(await ask("GET /api/v2/me", [circle(secret)])).toMatchObject(loggedOut);
  });
});

describe("badges", () => {
  const report = (branch: string, status: string): Promise<unknown> =>
    test.admin.must("mutation($input: ReportBuildInput!) { reportBuild(input: $input) { build { id } } }", {
      input: { repository: "gh/acme/docs", branch, commit: "abcdef0", status },
    });
  const badge = (path: string, headers: readonly (readonly [string, string])[] = []): Promise<RawAnswer> =>
    send(test.url, { path, headers });
  const words = ({ text }: RawAnswer): string => /aria-label="([^"]*)"/.exec(text)?.[1] ?? text;
  let status: string;
  beforeAll(async () => {
    await report("main", "SUCCESS");
    await report("fix/a.svg", "FAILED");
    status = (await ask(`POST ${project}`)).body.token;
  });

  it("are SVGs in both styles, of the default branch and of any other", async () => {
    const paths = {
      "/gh/acme/docs.svg": "build: passing",
      "/github/acme/docs.svg?style=svg": "build: passing",
      "/gh/acme/docs.svg?style=shield": "build: passing",
      "/gh/acme/docs/tree/main.svg": "build: passing",
      "/gh/acme/docs/tree/fix/a.svg.svg?style=shield": "build: failing",
      "/gh/acme/docs/tree/fix%2Fa.svg.svg": "build: failing",
      "/gh/acme/docs/tree/none.svg": "build: unknown",
      "/bb/acme/docs.svg": "build: unknown",
    };
    for (const [path, shown] of Object.entries(paths)) {
      const answer = await badge(path, [circle(status)]);
      expect([path, answer.status, words(answer)]).toEqual([path, 200, shown]);
      expect(answer.headers["content-type"]).toBe("image/svg+xml; charset=utf-8");
      const again = await badge(path, [circle(status), ["If-None-Match", answer.headers.etag!]]);
      expect(again.status).toBe(304);
    }
    const [svg, shield] = await Promise.all(
      ["svg", "shield"].map((style) => badge(`/gh/acme/docs.svg?style=${style}`, [circle(status)])),
    );
    expect(svg!.text).not.toBe(shield!.text);
  });

  it("take a STATUS token in the four ways", async () => {
    for (const header of [circle(status), bearer(status), basic(status, "")]) {
      expect(words(await badge("/gh/acme/docs.svg", [header]))).toBe("build: passing");
    }
    expect(words(await badge(`/gh/acme/docs.svg?circle-token=${status}`))).toBe("build: passing");
    expect(words(await badge(`/gh/acme/docs/tree/main.svg?style=svg&circle-token=${status}`))).toBe(
      "build: passing",
    );
    expect(test.log.join("\n")).not.toContain(status);
  });

  it("take no other token from the URL", async () => {
    const { body } = await ask(`POST ${project}`, undefined, { scope: "view-builds" });
    for (const secret of [body.token, user.secret, "nonsense"]) {
      const { status: code, text } = await badge(`/gh/acme/docs.svg?circle-token=${secret}`);
      expect([code, text]).toEqual([401, JSON.stringify(loggedOut.body)]);
    }
    const two = await badge(`/gh/acme/docs.svg?circle-token=${status}`, [circle(user.secret)]);
    expect(two.status).toBe(400);
  });

  it("say nothing of what is hidden", async () => {
    const missing = await badge("/gh/acme/nothing.svg", [circle(status)]);
    for (const path of ["/gh/acme/api.svg", "/gh/acme/api/tree/main.svg"]) {
      const hidden = await badge(path, [circle(status)]);
      expect([hidden.status, hidden.text]).toEqual([200, missing.text]);
    }
    expect(words(await badge("/gh/acme/docs.svg"))).toBe("build: unknown");
  });

  it("are no other files", async () => {
    for (const path of [
      "/gh/acme/docs",
      "/gh/acme/docs.png",
      "/gh/acme/docs/tree/main",
      "/gh/acme/docs/tree/",
    ]) {
      expect([path, (await badge(path)).status]).toEqual([path, 404]);
    }
    expect((await send(test.url, { method: "POST", path: "/gh/acme/docs.svg" })).status).toBe(405);
  });
});
