import { createHash } from "node:crypto";
import type { DataSource, Logger } from "typeorm";
import { inShort, linesOf } from "../support/audit";
import type { Client } from "../support/client";
import { type Actor, TestApp } from "../support/kit";
import { codeOf, mutate, refusal } from "../support/mutations";
import { basic, bearer, send } from "../support/raw";
import {
  createAccountToken,
  greet,
  revokeToken,
  rotateToken,
  type TokenAnswer,
  tokenFields,
} from "../support/tokens";

const sha256 = (secret: string): string => createHash("sha256").update(secret).digest("hex");
let serial = 0;
/** A secret of another server: none of our form, and no checksum. */
const foreign = (): string => `old-server-${String((serial += 1)).padStart(12, "0")}`;
const digest = (): string => sha256(foreign());

const importTokens = async (client: Client, tokens: readonly object[]): Promise<TokenAnswer[]> => {
  const payload = await mutate<{ tokens: TokenAnswer[] }>(
    client,
    "importTokens",
    { tokens },
    `tokens { ${tokenFields} }`,
  );
  return payload.tokens;
};

describe("importTokens", () => {
  let test: TestApp;
  let user: Actor;
  beforeAll(async () => {
    test = await TestApp.start();
    await test.repository("gh/acme/docs");
    user = await test.account();
  });
  afterAll(() => test.close());
  const accountToken = (secret = foreign()) => ({
    kind: "ACCOUNT",
    sha256: sha256(secret),
    label: "old",
    account: user.login,
  });
  const repositoryToken = (secret = foreign(), scope = "READ_ONLY") => ({
    kind: "REPOSITORY",
    sha256: sha256(secret),
    label: "old CI",
    repository: "gh/acme/docs",
    scope,
  });

  it("takes tokens of both kinds, in the order given, and tells no more of them than of others", async () => {
    const expiresAt = test.in(3_600_000);
    const [account, repository] = await importTokens(test.admin, [
      { ...accountToken(), sha256: digest().toUpperCase() },
      { ...repositoryToken(), expiresAt },
    ]);
    expect(account).toMatchObject({
      kind: "ACCOUNT",
      scope: null,
      label: "old",
      hint: "imported",
      state: "ACTIVE",
      account: { login: user.login },
      repository: null,
      createdBy: { login: "admin" },
      expiresAt: null,
      lastUsedAt: null,
      replaces: null,
      imported: true,
    });
    expect(repository).toMatchObject({
      kind: "REPOSITORY",
      scope: "READ_ONLY",
      label: "old CI",
      hint: "imported",
      account: null,
      repository: { slug: "gh/acme/docs" },
      expiresAt,
      imported: true,
    });
  });

  it("writes a line for each", async () => {
    const lines = await linesOf(test, () => importTokens(test.admin, [accountToken(), repositoryToken()]));
    const token = expect.any(String) as unknown;
    expect(lines.map(inShort)).toEqual([
      { action: "TOKEN_IMPORTED", token, account: user.login },
      {
        action: "TOKEN_IMPORTED",
        token,
        repository: "gh/acme/docs",
        organization: "gh/acme",
        scope: "READ_ONLY",
      },
    ]);
  });

  it("takes what is presented as a secret for its first 1024 characters, wherever that is", async () => {
    const verifier = await test.account({ kind: "SERVICE" });
    const secret = foreign().padEnd(1024, "x");
    const [token] = await importTokens(test.admin, [accountToken(secret)]);
    const verdictOn = async (presented: string): Promise<unknown> =>
      verifier.client.must(
        "query($input: VerifyTokenInput!) { verifyToken(input: $input) { code token { id } } }",
        {
          input: { secret: presented },
        },
      );
    for (const presented of [secret, `${secret}y`, secret + "y".repeat(100_000)])
      expect(await verdictOn(presented)).toEqual({
        verifyToken: { code: "VALID", token: { id: token!.id } },
      });
    expect(await verdictOn(secret.slice(1))).toEqual({ verifyToken: { code: "NOT_FOUND", token: null } });
    const { status } = await send(test.url, {
      path: "/badge/gh/acme/docs.svg",
      headers: [bearer(`${secret}y`)],
    });
    expect(status).toBe(200);
    await mutate(test.client(null), "reportLeakedToken", { secret: `${secret}y` }, "accepted");
    expect(await verdictOn(secret)).toMatchObject({ verifyToken: { code: "REVOKED" } });
  });

  it("is for site administrators", async () => {
    const owner = await test.member("gh/acme", "ADMIN");
    const { client: repository } = await test.repositoryToken("gh/acme/docs", "ADMIN");
    for (const client of [user.client, owner.client, repository])
      expect(await codeOf(client, "importTokens", { tokens: [repositoryToken()] })).toBe("FORBIDDEN");
    expect(await codeOf(test.client(null), "importTokens", { tokens: [] })).toBe("UNAUTHENTICATED");
  });

  it("never guesses whose a token is", async () => {
    const { account: _, ...nobodys } = accountToken();
    const { repository: _r, ...nowhere } = repositoryToken();
    const { scope: _s, ...unscoped } = repositoryToken();
    const faults: Record<string, object> = {
      account: nobodys,
      repository: nowhere,
      scope: unscoped,
    };
    for (const [field, token] of Object.entries(faults)) {
      const tokens = [repositoryToken(), token];
      expect(await refusal(test.admin, "importTokens", { tokens })).toMatchObject({
        code: "BAD_USER_INPUT",
        field: `tokens.1.${field}`,
      });
      const nulled = [repositoryToken(), { ...token, [field]: null }];
      expect(await codeOf(test.admin, "importTokens", { tokens: nulled })).toBe("BAD_USER_INPUT");
    }
    const mixed = [
      ["account", { ...repositoryToken(), account: user.login }],
      ["repository", { ...accountToken(), repository: "gh/acme/docs" }],
      ["scope", { ...accountToken(), scope: "ADMIN" }],
    ] as const;
    for (const [field, token] of mixed) {
      expect(await refusal(test.admin, "importTokens", { tokens: [token] })).toMatchObject({
        code: "BAD_USER_INPUT",
        field: `tokens.0.${field}`,
      });
    }
  });

  it("takes no digest of nothing, which a variable that is not set comes to", async () => {
    for (const nothing of ["", "\n"]) {
      const tokens = [{ ...accountToken(), sha256: sha256(nothing).toUpperCase() }];
      expect(await refusal(test.admin, "importTokens", { tokens })).toMatchObject({
        code: "BAD_USER_INPUT",
        field: "tokens.0.sha256",
      });
    }
  });

  it("takes all or none", async () => {
    const [{ total } = { total: 0 }] = await test.rows<{ total: number }>(
      "SELECT count(*) AS total FROM token",
    );
    const good = repositoryToken();
    const taken = accountToken();
    await importTokens(test.admin, [taken]);
    const refusals = [
      [{ ...repositoryToken(), label: "" }, "BAD_USER_INPUT", "tokens.1.label"],
      [{ ...repositoryToken(), expiresAt: test.in(-1) }, "BAD_USER_INPUT", "tokens.1.expiresAt"],
      [{ ...repositoryToken(), sha256: "x" }, "BAD_USER_INPUT", "tokens.1.sha256"],
      [good, "BAD_USER_INPUT", "tokens.1.sha256"],
      [{ ...good, sha256: good.sha256.toUpperCase() }, "BAD_USER_INPUT", "tokens.1.sha256"],
      [{ ...repositoryToken(), repository: "gh/acme/nothing" }, "NOT_FOUND", "tokens.1.repository"],
      [{ ...accountToken(), account: "nobody-here" }, "NOT_FOUND", "tokens.1.account"],
      [taken, "CONFLICT", "tokens.1.sha256"],
    ] as const;
    for (const [bad, code, field] of refusals) {
      expect(await refusal(test.admin, "importTokens", { tokens: [good, bad] })).toMatchObject({
        code,
        field,
      });
    }
    expect(await codeOf(test.admin, "importTokens", { tokens: [] })).toBe("BAD_USER_INPUT");
    const tooMany = Array.from({ length: 1001 }, () => repositoryToken());
    expect(await codeOf(test.admin, "importTokens", { tokens: tooMany })).toBe("LIMIT_EXCEEDED");
    const [after] = await test.rows<{ total: number }>("SELECT count(*) AS total FROM token");
    expect(after!.total).toBe(total + 1);
  });

  it("knows the digests of our own tokens, ended ones too", async () => {
    const { id, secret } = await test.accountToken(user.login);
    const again = { ...accountToken(), sha256: sha256(secret) };
    expect(await codeOf(test.admin, "importTokens", { tokens: [again] })).toBe("CONFLICT");
    await revokeToken(test.admin, { id });
    expect(await codeOf(test.admin, "importTokens", { tokens: [again] })).toBe("CONFLICT");
  });

  it("takes a token once when two import it at the same time", async () => {
    const tokens = [repositoryToken()];
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(test.admin, "importTokens", { tokens })));
    expect(codes.sort()).toEqual(["CONFLICT", "CONFLICT", "OK"]);
  });

  it("makes no token that outlives the importer's, but for other accounts", async () => {
    const { secret } = await createAccountToken(test.admin, { expiresAt: test.in(3_600_000) });
    const client = test.client(secret);
    const [account, repository] = await importTokens(client, [accountToken(), repositoryToken()]);
    expect(account!.expiresAt).toBeNull();
    expect(Date.parse(repository!.expiresAt!)).toBeLessThanOrEqual(test.now() + 3_600_000);
    const longer = { ...repositoryToken(), expiresAt: test.in(7_200_000) };
    expect(await codeOf(client, "importTokens", { tokens: [longer] })).toBe("FORBIDDEN");
  });

  it("goes to the most tokens that there may be, and no further", async () => {
    const strict = await TestApp.start({
      env: { MAX_TOKENS_PER_ACCOUNT: "3", MAX_TOKENS_PER_REPOSITORY: "3", MAX_TOKEN_LIFETIME_DAYS: "1" },
    });
    try {
      await strict.repository("gh/acme/docs");
      const { login } = await strict.account();
      const many = (count: number, one: () => object): object[] => Array.from({ length: count }, one);
      const ofAccount = (): object => ({ ...accountToken(), account: login });
      for (const [one, most] of [
        [ofAccount, 2],
        [repositoryToken, 3],
      ] as const) {
        const tokens = many(most + 1, () => one());
        expect(await codeOf(strict.admin, "importTokens", { tokens })).toBe("LIMIT_EXCEEDED");
        const made = await importTokens(strict.admin, tokens.slice(1));
        expect(made.every(({ expiresAt }) => Date.parse(expiresAt!) <= strict.now() + 86_400_000)).toBe(true);
        expect(await codeOf(strict.admin, "importTokens", { tokens: [one()] })).toBe("LIMIT_EXCEEDED");
      }
    } finally {
      await strict.close();
    }
  });
});

describe("an imported token", () => {
  let test: TestApp;
  let user: Actor;
  let secret: string;
  let id: string;
  beforeAll(async () => {
    test = await TestApp.start();
    user = await test.account();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    secret = foreign();
    const token = { kind: "ACCOUNT", sha256: sha256(secret), label: "old", account: user.login };
    id = (await importTokens(test.admin, [token]))[0]!.id;
  });
  const verdict = async (): Promise<string> => {
    const { verifyToken } = await test.admin.must<{ verifyToken: { code: string } }>(
      "query($secret: String!) { verifyToken(input: { secret: $secret }) { code } }",
      { secret },
    );
    return verifyToken.code;
  };

  it("is good everywhere at once, however it is presented", async () => {
    expect(await greet(test.client(secret))).toBe("welcome");
    expect(await verdict()).toBe("VALID");
    for (const header of [
      bearer(secret),
      basic(secret, ""),
      basic("git", secret),
      ["xc-token", secret] as const,
      ["Circle-Token", secret] as const,
      ["api-token", secret] as const,
    ])
      expect((await send(test.url, { path: "/api/v2/me", headers: [header] })).status).toBe(200);
    const introspected = await send(test.url, {
      method: "POST",
      path: "/introspect",
      headers: [bearer(test.adminSecret), ["Content-Type", "application/x-www-form-urlencoded"]],
      body: `token=${secret}`,
    });
    expect(JSON.parse(introspected.text)).toMatchObject({ active: true, username: user.login });
  });

  it("rotates into one of ours", async () => {
    const rotated = await rotateToken(test.client(secret));
    expect(rotated.secret).toMatch(/^twa_\w{38}$/);
    expect(rotated.token).toMatchObject({ label: "old", imported: false, replaces: { id } });
    expect(rotated.token.hint).toBe(rotated.secret.slice(0, 8));
    expect(rotated.replaced).toMatchObject({ id, state: "ROTATED", hint: "imported" });
    expect(await greet(test.client(secret))).toBe("not found");
    expect(await verdict()).toBe("ROTATED");
    expect(await greet(test.client(rotated.secret))).toBe("welcome");
  });

  it("is handed over to one of ours at that one's first use", async () => {
    const rotated = await rotateToken(test.client(secret), { handover: "ON_FIRST_USE" });
    expect(rotated.replaced).toMatchObject({ id, state: "RETIRING", imported: true });
    expect([await greet(test.client(secret)), await verdict()]).toEqual(["welcome", "VALID"]);
    expect(await greet(test.client(rotated.secret))).toBe("welcome");
    expect([await greet(test.client(secret)), await verdict()]).toEqual(["not found", "ROTATED"]);
  });

  it("is ended by whoever holds its secret, and by its id", async () => {
    await test
      .client(null)
      .must("mutation($secret: String!) { reportLeakedToken(input: { secret: $secret }) { accepted } }", {
        secret,
      });
    expect([await verdict(), await greet(test.client(secret))]).toEqual(["REVOKED", "not found"]);
  });

  it("goes on after a restart", async () => {
    await test.app.close();
    await test.open();
    test.admin = test.client(test.adminSecret);
    expect(await greet(test.client(secret))).toBe("welcome");
  });

  it("is stored as its digest, and its secret is in no log", async () => {
    expect(await greet(test.client(secret))).toBe("welcome");
    const rows = await test.rows("SELECT * FROM token WHERE imported");
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(test.log.join("\n")).not.toContain(secret);
  });
});

describe("a string without our checksum", () => {
  const limits = { RATE_LIMIT_PER_MINUTE: "5", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "3" };
  const withImported = async (test: TestApp): Promise<string> => {
    const secret = foreign();
    await importTokens(test.admin, [
      { kind: "ACCOUNT", sha256: sha256(secret), label: "old", account: "admin" },
    ]);
    return secret;
  };
  /** What the database is asked for by digest while something is done. */
  const lookups = async (test: TestApp, work: () => Promise<unknown>): Promise<number> => {
    const source: DataSource = test.app.database.reader.dataSource;
    const { logger } = source;
    let asked = 0;
    const logQuery = (sql: string): void => void (asked += sql.includes("t.digest = ") ? 1 : 0);
    source.logger = { logQuery } as unknown as Logger;
    try {
      await work();
    } finally {
      source.logger = logger;
    }
    return asked;
  };

  it("is not looked up before anything was imported, and is afterwards", async () => {
    const test = await TestApp.start();
    try {
      const guess = (): Promise<string> => greet(test.client(foreign()));
      expect(await lookups(test, guess)).toBe(0);
      await withImported(test);
      expect(await lookups(test, guess)).toBe(1);
    } finally {
      await test.close();
    }
  });

  it("is not looked up for an address that has no guesses left; ours are", async () => {
    const test = await TestApp.start({ env: limits });
    try {
      const secret = await withImported(test);
      const { secret: ours } = await createAccountToken(test.admin);
      expect(await greet(test.client(secret))).toBe("welcome");
      const statuses: number[] = [];
      for (let guess = 0; guess < 5; guess += 1)
        statuses.push((await test.client(foreign()).send("{ __typename }")).status);
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
      expect(await lookups(test, () => test.client(foreign()).send("{ __typename }"))).toBe(0);
      expect((await test.client(secret).send("{ __typename }")).status).toBe(429);
      expect(await greet(test.client(ours))).toBe("welcome");
    } finally {
      await test.close();
    }
  });

  it("is not looked up for a verifier that has no guesses left; ours are", async () => {
    const test = await TestApp.start({ env: limits });
    try {
      const secret = await withImported(test);
      const { client } = await test.account({ kind: "SERVICE" });
      const { secret: ours } = await createAccountToken(test.admin);
      const verify = (one: string): Promise<string> =>
        client
          .send<{ verifyToken: { code: string } | null }>(
            "query($secret: String!) { verifyToken(input: { secret: $secret }) { code } }",
            { secret: one },
          )
          .then(({ data, errors }) => data?.verifyToken?.code ?? errors[0]!.extensions.code);
      expect(await verify(secret)).toBe("VALID");
      for (let guess = 0; guess < 5; guess += 1) expect(await verify(foreign())).toBe("NOT_FOUND");
      expect(await verify(foreign())).toBe("RATE_LIMITED");
      expect(await verify(secret)).toBe("RATE_LIMITED");
      expect(await verify(ours)).toBe("VALID");
    } finally {
      await test.close();
    }
  });
});
