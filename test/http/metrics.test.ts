import { VERIFICATION_CODES } from "../../src/domain/verdict";
import { createSchema } from "../../src/graphql/schema";
import { TestApp, type TestAppOptions } from "../support/kit";
import { bearer, type RawAnswer, send } from "../support/raw";

const open: TestAppOptions = { env: { METRICS: "open" } };

/** Runs on a server of its own: counters start at nothing. */
const on = (options: TestAppOptions, work: (test: TestApp) => Promise<void>) => async () => {
  const test = await TestApp.start(options);
  try {
    await work(test);
  } finally {
    await test.close();
  }
};

const scrape = (test: TestApp, secret?: string): Promise<RawAnswer> =>
  send(test.url, { path: "/metrics", headers: secret === undefined ? [] : [bearer(secret)] });

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Every sample of a page in Prometheus' text format. */
function samplesOf(text: string): Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", inner = "", value = ""] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      expect([line, name]).not.toEqual([line, ""]);
      const labels = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", text = ""]) => [
        key,
        text,
      ]);
      return { name, labels: Object.fromEntries(labels) as Sample["labels"], value: Number(value) };
    });
}

async function valueOf(test: TestApp, name: string, labels: Sample["labels"]): Promise<number> {
  const found = samplesOf((await scrape(test)).text).filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return found.reduce((sum, { value }) => sum + value, 0);
}

describe("who may read the metrics", () => {
  it(
    "METRICS=authenticated, as it is by default: services and site administrators",
    on({}, async (test) => {
      const service = await test.account({ kind: "SERVICE" });
      for (const secret of [service.secret, test.adminSecret]) {
        const answer = await scrape(test, secret);
        expect([answer.status, answer.headers["content-type"]]).toEqual([
          200,
          "text/plain; version=0.0.4; charset=utf-8",
        ]);
      }
      const repository = await test.repository("gh/acme/docs");
      const others = [
        await test.account(),
        await test.member("gh/acme", "ADMIN"),
        await test.repositoryToken(repository, "ADMIN"),
      ];
      for (const { secret } of others) {
        const answer = await scrape(test, secret);
        expect([answer.status, answer.text]).toEqual([403, '{"error":"insufficient_scope"}']);
      }
      expect((await scrape(test)).status).toBe(401);
      expect((await scrape(test, "nonsense")).status).toBe(401);
    }),
  );

  it(
    "METRICS=open: anyone, whatever credential comes along",
    on(open, async (test) => {
      const person = await test.account();
      for (const secret of [undefined, "nonsense", person.secret]) {
        expect((await scrape(test, secret)).status).toBe(200);
      }
      const two = [bearer("one"), ["xc-token", "other"]] as const;
      expect((await send(test.url, { path: "/metrics", headers: two })).status).toBe(200);
    }),
  );

  it(
    "METRICS=off: nobody, as if there were none",
    on({ env: { METRICS: "off" } }, async (test) => {
      const missing = await send(test.url, { path: "/nothing", headers: [bearer(test.adminSecret)] });
      const answer = await scrape(test, test.adminSecret);
      expect([answer.status, answer.text]).toEqual([missing.status, missing.text]);
    }),
  );

  it(
    "a scrape is a use of its token, and is not kept by a cache",
    on({}, async (test) => {
      const service = await test.account({ kind: "SERVICE" });
      const token = await test.accountToken(service.login);
      const answer = await scrape(test, token.secret);
      expect(answer.headers["cache-control"]).toBe("no-store");
      await test.app.services.recorder.flush();
      const rows = await test.rows<{ uses: unknown }>(
        "SELECT last_used_at AS uses FROM token WHERE last_used_at IS NOT NULL AND label = 'test'",
      );
      expect(rows).toHaveLength(1);
    }),
  );
});

describe("what the metrics count", () => {
  it(
    "verifications by code",
    on(open, async (test) => {
      const repository = await test.repository();
      const token = await test.repositoryToken(repository, "STATUS");
      const ended = await test.repositoryToken(repository, "STATUS");
      await ended.client.must("mutation { revokeToken(input: {}) { revokedCount } }");
      const count = (code: string) => valueOf(test, "tokenward_verifications_total", { code });
      const before = await Promise.all(["NOT_FOUND", "REVOKED", "SCOPE_DENIED"].map(count));
      await test.admin.must(
        `query($good: String!, $ended: String!, $repository: String!) {
          a: verifyToken(input: { secret: $good, repository: $repository, scope: ADMIN }) { code }
          b: verifyToken(input: { secret: $ended }) { code }
          verifyTokens(inputs: [{ secret: "x" }, { secret: "y" }, { secret: $ended }]) { code }
        }`,
        { good: token.secret, ended: ended.secret, repository },
      );
      const after = await Promise.all(["NOT_FOUND", "REVOKED", "SCOPE_DENIED"].map(count));
      expect(after.map((value, index) => value - before[index]!)).toEqual([2, 2, 1]);
    }),
  );

  it(
    "mutations by kind and outcome, with how long they took",
    on(open, async (test) => {
      const outsider = await test.account();
      const repository = await test.repository();
      await test.repositoryToken(repository);
      const create =
        "mutation($input: CreateRepositoryTokenInput!) { createRepositoryToken(input: $input) { secret } }";
      await outsider.client.send(create, { input: { repository, scope: "STATUS", label: "x" } });
      const counted = (outcome: string) =>
        valueOf(test, "tokenward_mutations_total", { mutation: "createRepositoryToken", outcome });
      expect([await counted("done"), await counted("refused"), await counted("failed")]).toEqual([1, 1, 0]);
      const timed = { mutation: "createRepositoryToken" };
      expect(await valueOf(test, "tokenward_mutation_duration_seconds_count", timed)).toBe(2);
    }),
  );

  it(
    "requests by method, route and class of status, as histograms",
    on(open, async (test) => {
      await send(test.url, { path: "/healthz" });
      await send(test.url, { path: "/badge/gh/a/b.svg" });
      await send(test.url, { path: "/badge/gh/a/b.svg", headers: [bearer("nonsense")] });
      const count = (route: string, status: string) =>
        valueOf(test, "tokenward_http_request_duration_seconds_count", { method: "GET", route, status });
      const badge = "/badge/:provider/:organization/:file";
      expect([await count("/healthz", "2xx"), await count(badge, "2xx"), await count(badge, "4xx")]).toEqual([
        1, 1, 1,
      ]);
      const { text } = await scrape(test);
      expect(text).toContain("# TYPE tokenward_http_request_duration_seconds histogram");
      expect(text).toContain("# TYPE tokenward_mutation_duration_seconds histogram");
    }),
  );

  it(
    "live tokens by kind: not the ended and expired ones",
    on(open, async (test) => {
      const repository = await test.repository();
      await test.repositoryToken(repository);
      await test.repositoryToken(repository, "STATUS", { expiresAt: test.in(1000) });
      const ended = await test.repositoryToken(repository);
      await ended.client.must("mutation { revokeToken(input: {}) { revokedCount } }");
      test.pass(1000);
      const samples = samplesOf((await scrape(test)).text);
      const live = samples.filter(({ name }) => name === "tokenward_live_tokens");
      expect(live.map(({ labels, value }) => [labels.kind, value])).toEqual([
        ["ACCOUNT", 1],
        ["REPOSITORY", 1],
      ]);
    }),
  );

  it(
    "go on being told when the database does not answer",
    on(open, async (test) => {
      await test.app.database.close();
      const answer = await scrape(test);
      expect([answer.status, answer.text.includes("tokenward_http_request_duration_seconds")]).toEqual([
        200,
        true,
      ]);
    }),
  );
});

describe("what the metrics never hold", () => {
  it(
    "a text that a caller wrote: every label has one of few values",
    on(open, async (test) => {
      const marker = "m4rker";
      const secret = test.adminSecret;
      const repository = await test.repository(`gh/${marker}/${marker}`);
      await test.repositoryToken(repository, "STATUS", { label: marker });
      for (const path of [`/${marker}`, `/${secret}`, `/badge/gh/${marker}/x.svg?branch=${marker}`, "/%zz"]) {
        for (const method of ["GET", "POST", "PROPFIND", "M-SEARCH"]) {
          await send(test.url, { method, path, headers: [["User-Agent", marker]] });
        }
      }
      await test.client(marker).send(`query ${marker} { ${marker}: viewer { token { id } } }`);
      await test.admin.send(`query ${marker} { ${marker}: viewer { token { id } } }`);
      await test.admin.send(
        `mutation { ${marker}: revokeToken(input: { id: "${marker}" }) { revokedCount } }`,
      );
      await test.admin.send(`mutation { ${marker} }`);
      await test.admin.send(`{ verifyToken(input: { secret: "${marker}" }) { code } }`);

      const { text } = await scrape(test);
      expect(text).not.toContain(marker);
      expect(text).not.toContain(secret.slice(4, 12));

      const mutations = Object.keys(createSchema().getMutationType()!.getFields());
      const allowed: Record<string, (value: string) => boolean> = {
        code: (value) => (VERIFICATION_CODES as readonly string[]).includes(value),
        mutation: (value) => mutations.includes(value),
        outcome: (value) => ["done", "refused", "failed"].includes(value),
        method: (value) => /^[A-Z-]{3,20}$/.test(value),
        route: (value) =>
          ["none", "/graphql", "/metrics", "/badge/:provider/:organization/:file"].includes(value),
        status: (value) => /^[2-5]xx$/.test(value),
        kind: (value) => ["ACCOUNT", "REPOSITORY"].includes(value),
        le: (value) => /^(\+Inf|[\d.]+)$/.test(value),
      };
      for (const { name, labels } of samplesOf(text).filter((sample) =>
        sample.name.startsWith("tokenward_"),
      )) {
        for (const [label, value] of Object.entries(labels)) {
          expect([name, label, value, allowed[label]?.(value)]).toEqual([name, label, value, true]);
        }
      }
    }),
  );

  it(
    "more series for more paths and methods that are none of ours",
    on(open, async (test) => {
      // Ours: what Node tells of itself comes and goes by itself.
      const series = async () =>
        samplesOf((await scrape(test)).text).filter(({ name }) => name.startsWith("tokenward_")).length;
      for (const method of ["GET", "POST"]) await send(test.url, { method, path: "/first" });
      await series();
      const before = await series();
      for (let index = 0; index < 50; index += 1) {
        await send(test.url, { path: `/x${index}` });
        await send(test.url, { method: "POST", path: `/y${index}?z=${index}` });
      }
      expect(await series()).toBe(before);
    }),
  );
});

describe("health", () => {
  it(
    "is told to anyone: credentials are ignored, bad ones and two",
    on({}, async (test) => {
      for (const path of ["/healthz", "/readyz"]) {
        const plain = await send(test.url, { path });
        for (const headers of [[bearer("nonsense")], [bearer("one"), ["xc-token", "other"] as const]]) {
          const answer = await send(test.url, { path, headers });
          expect([answer.status, answer.text]).toEqual([200, plain.text]);
          expect(answer.headers["www-authenticate"]).toBeUndefined();
        }
      }
    }),
  );
});
