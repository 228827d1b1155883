import type { Answer } from "../support/client";
import { postForm } from "../support/form";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { bearer, type RawAnswer, send } from "../support/raw";

/** Well-formed, and nobody's. */
const unknown = "twr_000000000000000000000000000000001DiGCc";
const PER_TOKEN = 30;
const PER_ADDRESS = 5;
const limits = {
  RATE_LIMIT_PER_MINUTE: String(PER_TOKEN),
  ANONYMOUS_RATE_LIMIT_PER_MINUTE: String(PER_ADDRESS),
};

/** Runs on a server of its own: what was counted elsewhere does not count. */
const on =
  (work: (test: TestApp) => Promise<void>, env: Readonly<Record<string, string>> = {}) =>
  async () => {
    const test = await TestApp.start({ env: { ...limits, ...env } });
    try {
      await work(test);
    } finally {
      await test.close();
    }
  };

const aliases = (count: number, field: string, name = "a"): string =>
  Array.from({ length: count }, (_, index) => `${name}${index}: ${field}`).join(" ");

const outcome = ({ status, errors }: Answer): string => `${status} ${errors[0]?.extensions.code ?? "OK"}`;

/** How many guesses its limit has left for the caller, by a request that counts as one. */
async function left({ client }: { client: TestApp["admin"] }): Promise<number> {
  const { headers } = await client.send("{ __typename }");
  return Number(headers.get("ratelimit-remaining"));
}

/** A request of nobody's, said to come from an address. */
const from = (
  test: TestApp,
  forwarded: string | null,
  headers: readonly (readonly [string, string])[] = [],
) =>
  send(test.url, {
    path: "/badge/gh/a/b.svg",
    headers: forwarded === null ? headers : [["X-Forwarded-For", forwarded], ...headers],
  });

/** The statuses of so many requests in a row. */
async function statuses(
  count: number,
  ask: (index: number) => Promise<{ status: number }>,
): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index += 1) found.push((await ask(index)).status);
  return found;
}

const full = [200, 200, 200, 200, 200, 429];

async function lastUsedAt(test: TestApp, id: string): Promise<unknown> {
  await test.app.services.recorder.flush();
  const number = Number(Buffer.from(id, "base64url").toString().split(":")[1]);
  const [row] = await test.rows<{ last_used_at: unknown }>("SELECT last_used_at FROM token WHERE id = ?", [
    number,
  ]);
  return row?.last_used_at;
}

describe("a token's limit", () => {
  it(
    "counts down in RateLimit headers, and ends in 429 with Retry-After",
    on(async (test) => {
      const { client } = await test.account();
      for (let guess = 1; guess <= PER_TOKEN; guess += 1) {
        const { status, headers } = await client.send("{ __typename }");
        expect([status, headers.get("ratelimit-limit"), headers.get("ratelimit-remaining")]).toEqual([
          200,
          String(PER_TOKEN),
          String(PER_TOKEN - guess),
        ]);
        expect(headers.get("retry-after")).toBeNull();
      }
      const refused = await client.send("{ __typename }");
      expect([refused.status, JSON.parse(refused.text)]).toEqual([
        429,
        { errors: [{ message: "too many guesses: try again later", extensions: { code: "RATE_LIMITED" } }] },
      ]);
      expect(refused.headers.get("ratelimit-remaining")).toBe("0");
      for (const name of ["retry-after", "ratelimit-reset"]) {
        expect(refused.headers.get(name)).toMatch(/^([1-9]|[1-5]\d|60)$/);
      }
    }),
  );

  it(
    "is its own: another token of the same owner and address has all of its",
    on(async (test) => {
      const one = await test.account();
      const other = await test.accountToken(one.login);
      expect(outcome(await one.client.send(`{ ${aliases(PER_TOKEN, "__typename")} }`))).toBe("200 OK");
      expect(outcome(await one.client.send("{ __typename }"))).toBe("429 RATE_LIMITED");
      expect(await left(other)).toBe(PER_TOKEN - 1);
      expect(await left({ client: test.client(null) })).toBe(PER_ADDRESS - 1);
    }),
  );

  it(
    "counts each root field: aliases, duplicates, those of fragments, those that are skipped",
    on(async (test) => {
      const person = await test.account();
      const cost = async (document: string): Promise<number> => {
        const before = await left(person);
        await person.client.send(document);
        return before - (await left(person)) - 1;
      };
      expect(await cost("{ a: __typename b: __typename c: __typename }")).toBe(3);
      expect(await cost("{ __typename __typename }")).toBe(2);
      expect(
        await cost("{ ...F ... { c: __typename } } fragment F on Query { a: __typename b: __typename }"),
      ).toBe(3);
      expect(await cost("{ a: __typename @skip(if: true) b: __typename }")).toBe(2);
      expect(await cost("{ viewer { a: token { id } b: token { id } c: token { id } } }")).toBe(1);
      expect(await cost("{ a: nothing b: nothing }")).toBe(2);
    }),
  );

  it(
    "is asked before anything runs: 100 aliases over a limit of 30 are refused together, and are no use",
    on(async (test) => {
      const person = await test.account();
      const token = await test.accountToken(person.login);
      const before = await test.rows("SELECT id FROM token");
      const make = 'createAccountToken(input: { label: "x" }) { secret }';
      const answer = await token.client.send(`mutation { ${aliases(100, make)} }`);
      expect([outcome(answer), answer.data]).toEqual(["429 RATE_LIMITED", undefined]);
      expect(await test.rows("SELECT id FROM token")).toEqual(before);
      expect(await lastUsedAt(test, token.id)).toBeNull();
    }),
  );

  it(
    "counts verifications that are not allowed like all else",
    on(async (test) => {
      const { client } = await test.account();
      const verify = `verifyToken(input: { secret: "${unknown}" }) { code }`;
      expect(outcome(await client.send(`{ ${aliases(PER_TOKEN, verify)} }`))).toBe("200 FORBIDDEN");
      expect(outcome(await client.send(`{ ${verify} }`))).toBe("429 RATE_LIMITED");
    }),
  );

  it(
    "counts badges and refused introspections too",
    on(async (test) => {
      const person = await test.account();
      const before = await left(person);
      await send(test.url, { path: "/badge/gh/a/b.svg", headers: [bearer(person.secret)] });
      await send(test.url, { path: "/metrics", headers: [bearer(person.secret)] });
      await postForm(`${test.url}/introspect`, { token: unknown }, { secret: person.secret });
      await postForm(`${test.url}/revoke`, { token: unknown }, { secret: person.secret });
      expect(before - (await left(person))).toBe(5);
    }),
  );
});

describe("a service's verifications", () => {
  interface Cast {
    readonly service: Actor;
    readonly good: MadeToken;
    readonly ended: MadeToken;
    readonly repository: string;
  }
  const withCast = (work: (test: TestApp, cast: Cast) => Promise<void>) =>
    on(async (test) => {
      const service = await test.account({ kind: "SERVICE" });
      const repository = await test.repository();
      const good = await test.repositoryToken(repository, "STATUS");
      const ended = await test.repositoryToken(repository, "STATUS");
      await ended.client.must("mutation { revokeToken(input: {}) { revokedCount } }");
      await work(test, { service, good, ended, repository });
    });
  const verify = (secret: string, more = ""): string =>
    `verifyToken(input: { secret: "${secret}" ${more} }) { code }`;
  const list = "query($inputs: [VerifyTokenInput!]!) { verifyTokens(inputs: $inputs) { code } }";
  const use = (count: number): object => ({
    inputs: Array.from({ length: count }, () => ({ secret: unknown })),
  });

  it(
    "are free while the token is known, whatever comes of them",
    withCast(async (_test, { service, good, ended, repository }) => {
      const before = await left(service);
      const fields = [
        aliases(10, verify(good.secret), "good"),
        aliases(10, verify(ended.secret), "ended"),
        aliases(10, verify(good.secret, 'repository: "gh/not/there"'), "elsewhere"),
        aliases(10, verify(good.secret, `repository: "${repository}", scope: ADMIN`), "more"),
      ];
      for (let round = 0; round < 5; round += 1) await service.client.must(`{ ${fields.join(" ")} }`);
      expect(before - (await left(service))).toBe(1);
    }),
  );

  it(
    "count one each where they end in NOT_FOUND: 20 aliases 20, a list of 10 ten",
    withCast(async (_test, { service, good }) => {
      const before = await left(service);
      await service.client.must(`{ ${aliases(15, verify(unknown))} good: ${verify(good.secret)} }`);
      await service.client.must(list, use(10));
      expect(before - (await left(service))).toBe(26);
    }),
  );

  it(
    "100 aliases of a bad secret count 100: what is over the limit is refused, the rest is told",
    withCast(async (_test, { service, good }) => {
      const answer = await service.client.send<Record<string, unknown>>(
        `{ ${aliases(99, verify(unknown))} good: ${verify(good.secret)} }`,
      );
      expect(answer.status).toBe(200);
      expect(answer.data?.good).toEqual({ code: "VALID" });
      const told = Object.values(answer.data ?? {}).filter((value) => value !== null);
      expect(told).toHaveLength(PER_TOKEN + 1);
      expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(
        Array<string>(99 - PER_TOKEN).fill("RATE_LIMITED"),
      );
    }),
  );

  it(
    "go on for good tokens when the bad ones were too many, over GraphQL and /introspect",
    withCast(async (test, { service, good, repository }) => {
      const introspect = (token: string) =>
        postForm(`${test.url}/introspect`, { token, repository }, { secret: service.secret });
      expect(outcome(await service.client.send(list, use(100)))).toBe("429 RATE_LIMITED");

      const bad = await service.client.send(`{ ${verify(unknown)} }`);
      expect([outcome(bad), bad.headers.get("ratelimit-remaining")]).toEqual(["429 RATE_LIMITED", "0"]);
      expect(Number(bad.headers.get("retry-after"))).toBeGreaterThan(0);
      expect((await introspect(unknown)).status).toBe(429);

      for (let round = 0; round < 3; round += 1) {
        expect(await service.client.must(`{ ${verify(good.secret)} }`)).toEqual({
          verifyToken: { code: "VALID" },
        });
        expect((await introspect(good.secret)).json).toMatchObject({ active: true });
      }
      expect(outcome(await service.client.send("{ viewer { token { id } } }"))).toBe("429 RATE_LIMITED");
    }),
  );

  it(
    "are counted for /introspect in the same way",
    withCast(async (test, { service, good }) => {
      const ask = (token: string) =>
        postForm(`${test.url}/introspect`, { token }, { secret: service.secret });
      const before = Number((await ask(good.secret)).headers.get("ratelimit-remaining"));
      expect(await statuses(3, () => ask(unknown))).toEqual([200, 200, 200]);
      const after = Number((await ask(good.secret)).headers.get("ratelimit-remaining"));
      expect(before - after).toBe(3);
    }),
  );

  it(
    "are free for site administrators too",
    withCast(async (test, { good }) => {
      const before = await left({ client: test.admin });
      await test.admin.must(`{ ${aliases(50, verify(good.secret))} }`);
      expect(before - (await left({ client: test.admin }))).toBe(1);
    }),
  );
});

describe("an address's limit", () => {
  it(
    "counts what comes without a credential, on every endpoint together",
    on(async (test) => {
      const nobody = test.client(null);
      const asked = [
        () => nobody.send("{ __typename }"),
        () => nobody.send("{ viewer { token { id } } }"),
        () => from(test, null),
        () => postForm(`${test.url}/revoke`, { token: unknown }),
        () => nobody.send('mutation { reportLeakedToken(input: { secret: "x" }) { accepted } }'),
      ];
      expect(await statuses(5, (index) => asked[index]!())).toEqual([200, 401, 200, 200, 200]);
      expect(await statuses(5, (index) => asked[index]!())).toEqual([429, 429, 429, 429, 429]);
    }),
  );

  it(
    "counts leak reports as often as they are aliased",
    on(async (test) => {
      const token = await test.repositoryToken(await test.repository());
      const report = `reportLeakedToken(input: { secret: "${token.secret}" }) { accepted }`;
      const answer = await test.client(null).send(`mutation { ${aliases(PER_ADDRESS + 1, report)} }`);
      expect([outcome(answer), answer.data]).toEqual(["429 RATE_LIMITED", undefined]);
      expect(outcome(await token.client.send("{ viewer { token { id } } }"))).toBe("200 OK");
    }),
  );

  it(
    "counts bad credentials, and a storm of them shuts out no good token of the same address",
    on(async (test) => {
      const person = await test.account();
      const expired = await test.accountToken(person.login, { expiresAt: test.in(1000) });
      test.pass(1000);
      const before = await left(person);
      const storm = [expired.secret, unknown, "nonsense", expired.secret, unknown];
      expect(await statuses(5, (index) => test.client(storm[index]!).send("{ __typename }"))).toEqual([
        401, 401, 401, 401, 401,
      ]);
      const refused = await test.client(expired.secret).send("{ __typename }");
      expect([outcome(refused), Number(refused.headers.get("retry-after")) > 0]).toEqual([
        "429 RATE_LIMITED",
        true,
      ]);
      for (const path of ["/metrics", "/badge/gh/a/b.svg"]) {
        expect((await send(test.url, { path, headers: [bearer(unknown)] })).status).toBe(429);
      }
      expect((await from(test, null)).status).toBe(429);
      expect(before - (await left(person))).toBe(1);
    }),
  );

  it(
    "is not used up by good tokens",
    on(async (test) => {
      const person = await test.account();
      await statuses(PER_ADDRESS + 3, () => person.client.send("{ __typename }"));
      expect(await left({ client: test.client(null) })).toBe(PER_ADDRESS - 1);
    }),
  );

  it(
    "does not count health, which says nothing of it",
    on(async (test) => {
      for (const path of ["/healthz", "/readyz"]) {
        const answer = await send(test.url, { path });
        expect([answer.status, answer.headers["ratelimit-limit"]]).toEqual([200, undefined]);
      }
      expect(await statuses(20, () => send(test.url, { path: "/healthz" }))).toEqual(Array(20).fill(200));
      expect(await left({ client: test.client(null) })).toBe(PER_ADDRESS - 1);
      await statuses(PER_ADDRESS, () => from(test, null));
      expect((await send(test.url, { path: "/readyz" })).status).toBe(200);
    }),
  );
});

describe("limits of 0", () => {
  it(
    "are none, and are not spoken of",
    on(
      async (test) => {
        const person = await test.account();
        for (const client of [person.client, test.client(null)]) {
          for (let round = 0; round < 3; round += 1) {
            const answer = await client.send(`{ ${aliases(100, "__typename")} }`);
            expect([outcome(answer), answer.headers.get("ratelimit-limit")]).toEqual(["200 OK", null]);
          }
        }
        expect(await statuses(70, () => from(test, null, [bearer(unknown)]))).toEqual(Array(70).fill(401));
      },
      { RATE_LIMIT_PER_MINUTE: "0", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0" },
    ),
  );
});

describe("whose address it is", () => {
  const one = "192.0.2.1";

  it(
    "TRUST_PROXY=off: the connection's, whatever the headers say",
    on(async (test) => {
      const ask = (index: number): Promise<RawAnswer> =>
        from(test, `192.0.2.${index}`, [
          ["X-Real-IP", `192.0.2.${index}`],
          ["Forwarded", `for=192.0.2.${index}`],
          ["CF-Connecting-IP", `192.0.2.${index}`],
          ["True-Client-IP", `192.0.2.${index}`],
        ]);
      expect(await statuses(6, ask)).toEqual(full);
    }),
  );

  it(
    "TRUST_PROXY=1: the last of X-Forwarded-For, which the proxy wrote, and nothing before it",
    on(
      async (test) => {
        expect(await statuses(6, (index) => from(test, `10.0.0.${index}, 10.0.1.${index}, ${one}`))).toEqual(
          full,
        );
        expect((await from(test, `${one}, 192.0.2.2`)).status).toBe(200);
        expect((await from(test, "192.0.2.3")).status).toBe(200);
        expect((await from(test, one)).status).toBe(429);
        expect((await from(test, null)).status).toBe(200);
      },
      { TRUST_PROXY: "1" },
    ),
  );

  it(
    "TRUST_PROXY=2: the last but one",
    on(
      async (test) => {
        expect(await statuses(6, (index) => from(test, `10.0.0.${index}, ${one}, 198.51.100.7`))).toEqual(
          full,
        );
        expect((await from(test, `${one}, 192.0.2.2, 198.51.100.7`)).status).toBe(200);
      },
      { TRUST_PROXY: "2" },
    ),
  );

  it(
    "TRUST_PROXY with addresses: the last that is none of these",
    on(
      async (test) => {
        const proxies = "198.51.100.7, 198.51.100.8";
        expect(await statuses(6, (index) => from(test, `10.0.0.${index}, ${one}, ${proxies}`))).toEqual(full);
        expect((await from(test, `${one}, 192.0.2.2, 198.51.100.7`)).status).toBe(200);
        expect((await from(test, one)).status).toBe(429);
      },
      { TRUST_PROXY: "127.0.0.0/8, 198.51.100.0/24" },
    ),
  );

  it(
    "TRUST_PROXY with addresses: not believed from a connection of another",
    on(
      async (test) => {
        expect(await statuses(6, (index) => from(test, `192.0.2.${index}`))).toEqual(full);
      },
      { TRUST_PROXY: "198.51.100.7" },
    ),
  );

  it(
    "in IPv6 the /64 counts, and the next /64 is another's",
    on(
      async (test) => {
        const hosts = ["2001:db8:1:2::1", "2001:DB8:1:2:ffff::2", "2001:0db8:0001:0002:0:0:0:3"];
        expect(await statuses(6, (index) => from(test, hosts[index % 3]!))).toEqual(full);
        expect((await from(test, "2001:db8:1:3::1")).status).toBe(200);
      },
      { TRUST_PROXY: "1" },
    ),
  );
});
