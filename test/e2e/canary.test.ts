import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isLasting } from "../support/files";
import type { Client } from "../support/client";
import { postForm } from "../support/form";
import { BUILD_TIMEOUT_MS, Program, type RunningServer } from "../support/program";
import { basic, bearer, type RawRequest, send, sendBytes } from "../support/raw";

/** Everything that the API gives out but the secrets themselves, and everything that it refuses with. */
const answers: string[] = [];
/** Every secret that went through the run, by what it was. */
const secrets = new Map<string, string>();

let program: Program;
let server: RunningServer;
let admin: Client;

beforeAll(async () => {
  program = await Program.prepare();
}, BUILD_TIMEOUT_MS);
afterAll(() => program.close());

const start = async (): Promise<void> => {
  server = await program.serve({
    env: {
      LOG_LEVEL: "trace",
      METRICS: "open",
      TRUST_PROXY: "1",
      RATE_LIMIT_PER_MINUTE: "0",
      ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0",
    },
  });
};

/** An answer in which no secret belongs. */
async function hear(request: RawRequest): Promise<void> {
  const { status, headers, text } = await send(server.url, request);
  answers.push(JSON.stringify([status, headers]), text);
}

const graphql = (body: unknown, headers: RawRequest["headers"] = []): Promise<void> =>
  hear({
    method: "POST",
    path: "/graphql",
    headers: [["Content-Type", "application/json"], ...headers],
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** Asks for something that holds secrets, and keeps all of the answer but those. */
async function make(name: string, client: Client, document: string, variables: object = {}): Promise<string> {
  const { data, text, errors } = await client.send<Record<string, { secret: string }>>(document, variables);
  const [made] = Object.values(data ?? {});
  if (made === undefined || errors.length > 0) throw new Error(`${name}: ${text}`);
  secrets.set(name, made.secret);
  answers.push(text.replaceAll(made.secret, ""));
  return made.secret;
}

const repository = "gh/acme/docs";
const createAccountToken =
  'mutation { createAccountToken(input: { label: "canary" }) { secret token { id hint } } }';
const createRepositoryToken =
  "mutation($i: CreateRepositoryTokenInput!) { createRepositoryToken(input: $i) { secret token { id hint } } }";

async function makeAll(): Promise<void> {
  await admin.must(
    'mutation { importRepositories(input: { repositories: [{ slug: "gh/acme/docs" }] }) { createdCount } }',
  );
  await make("an account token", admin, createAccountToken);
  for (const scope of ["STATUS", "READ_ONLY", "ADMIN"]) {
    const input = { repository, scope, label: "canary" };
    const secret = await make(`a token of scope ${scope}`, admin, createRepositoryToken, { i: input });
    const client = server.client(secret);
    await make(
      `its successor (${scope})`,
      client,
      "mutation { rotateToken(input: {}) { secret token { id hint } replaced { id state } } }",
    );
  }
  const expiresAt = new Date(Date.now() + 1500).toISOString();
  const input = { repository, scope: "STATUS", label: "canary", expiresAt };
  await make("a token that expires", admin, createRepositoryToken, { i: input });
}

/** Puts a secret wherever a request has room for it. */
async function plant(secret: string): Promise<void> {
  const query = "{ viewer { token { id } } }";
  const owner = bearer(secrets.get("the administrator")!);
  const credentials = [
    bearer(secret),
    basic(secret, ""),
    basic("x", secret),
    ["api-token", secret],
    ["Authorization", `Bearer ${secret}x`],
    ["Authorization", `Digest ${secret}`],
    ["Authorization", secret],
  ] as const;
  for (const credential of credentials) {
    await graphql({ query }, [credential]);
    await graphql({ query: '{ node(id: "x") { id } nothing }' }, [credential]);
    await hear({ path: "/metrics", headers: [credential] });
    await hear({ path: "/badge/gh/acme/docs.svg", headers: [credential] });
  }
  await graphql({ query }, [bearer(secret), ["xc-token", secrets.get("an account token")!]]);

  const form = ["Content-Type", "application/x-www-form-urlencoded"] as const;
  for (const fields of [
    `token=${secret}`,
    `token=${secret}&token=${secret}`,
    `token=${secret}&scope=${secret}`,
  ]) {
    await hear({
      method: "POST",
      path: "/introspect",
      headers: [form, owner],
      body: `${fields}&repository=${secret}`,
    });
    await hear({ method: "POST", path: "/introspect", headers: [form], body: fields });
  }

  for (const path of [
    `/graphql?token=${secret}`,
    `/graphql?query=${encodeURIComponent(`{ a(b: "${secret}") }`)}`,
    `/${secret}`,
    `/%zz${secret}`,
    `/healthz?${secret}`,
    `/metrics?access_token=${secret}`,
    `/badge/gh/${secret}/${secret}.svg?branch=${secret}&style=flat`,
    `/badge/gh/acme/docs.svg?token=${secret}`,
    `/badge/gh/acme/docs.svg?style=${secret}`,
  ]) {
    await hear({ path });
    await hear({
      path,
      headers: [
        ["apollo-require-preflight", "1"],
        ["User-Agent", secret],
      ],
    });
  }

  const headers = [
    "User-Agent",
    "Referer",
    "Cookie",
    "X-Request-Id",
    "X-Forwarded-For",
    "Origin",
    "Accept",
    "Idempotency-Key",
  ];
  for (const name of headers) await graphql({ query }, [owner, [name, secret]]);
  await graphql(
    { query: 'mutation { createOrganization(input: { slug: "gh/other" }) { organization { id } } }' },
    [owner, ["User-Agent", `curl ${secret}`], ["X-Forwarded-For", secret]],
  );

  for (const document of [
    secret,
    `{ ${secret} }`,
    `{ ${secret}: __typename }`,
    `query ${secret} { __typename }`,
    `{ __typename @${secret} }`,
    `{ verifyToken(input: { secret: "${secret}" }) { code token { label hint } } }`,
    `{ verifyToken(input: { secret: "${secret}", scope: "${secret}" }) { code } }`,
    `{ repository(slug: "${secret}") { id } account(login: "${secret}") { id } node(id: "${secret}") { id } }`,
    `mutation { createAccountToken(input: { label: "${secret}" }) { token { id } } }`,
    `mutation { createAccount(input: { login: "x", name: "${secret}" }) { account { id } } }`,
    `mutation { createRepository(input: { slug: "gh/acme/${secret}" }) { repository { id } } }`,
    `mutation { createRepository(input: { slug: "gh/acme/a", description: "${secret}" }) { repository { id } } }`,
    `mutation { reportBuild(input: { repository: "${repository}", branch: "${secret}", commit: "${secret}", status: FAILED, url: "https://x.example/${secret}" }) { build { id } } }`,
    `mutation { revokeToken(input: { id: "${secret}", reason: "${secret}" }) { revokedCount } }`,
    `mutation { reportLeakedToken(input: { secret: "nothing", url: "https://x.example/${secret}" }) { accepted } }`,
    `{ a`,
  ]) {
    for (const credential of [[owner], []]) {
      await graphql({ query: document, operationName: secret }, credential);
      await graphql({ query: document }, credential);
      await graphql(
        {
          query: `query($x: Int) { viewer { repositories(first: $x) { totalCount } } } # ${document}`,
          variables: { x: secret, [secret]: secret },
        },
        credential,
      );
    }
  }
  await graphql(`{"query": ${secret}`, [owner]);
  await graphql({ query, extensions: { persistedQuery: { sha256Hash: secret } } }, [owner]);
  await graphql({ query }, [owner, ["Content-Type", secret]]);
  answers.push(
    await sendBytes(server.url, `GET / HTTP/1.1\r\n${secret}\r\nX: ${"x".repeat(20_000)}\r\n\r\n`),
  );
  answers.push(await sendBytes(server.url, `${secret}\r\n\r\n`));
}

/** Every form in which a secret could be written down: whole, cut, in Base64 at each offset, in hexadecimal, its digest. */
function tracesOf(secret: string): string[] {
  const middle = secret.slice(8, 32);
  const base64 = ["", "x", "xx"].map((before) =>
    Buffer.from(before + secret)
      .toString("base64")
      .slice(16, 40),
  );
  return [middle, ...base64, Buffer.from(middle).toString("hex")];
}
const digestsOf = (secret: string): string[] => {
  const digest = createHash("sha256").update(secret).digest();
  return [digest.toString("hex"), digest.toString("base64"), digest.toString("base64url")];
};

function expectNoTrace(where: string, text: string | Buffer, { digests = true } = {}): void {
  for (const [name, secret] of secrets) {
    for (const trace of [...tracesOf(secret), ...(digests ? digestsOf(secret) : [])]) {
      if (text.includes(trace)) throw new Error(`${where} holds ${name}: ${trace.slice(0, 4)}…`);
    }
  }
}

/** The database, a file with its write-ahead log and whatever else lies beside it. Digests are what it is for. */
async function expectNoTraceInWhatIsKept(): Promise<void> {
  const text = await program.database.text();
  expect(text).toContain("TOKEN_CREATED");
  expectNoTrace("the database", text, { digests: false });
  for (const file of readdirSync(program.folder).filter(isLasting)) {
    expectNoTrace(file, readFileSync(join(program.folder, file)), { digests: false });
  }
}

describe("a secret that goes through the whole program, at LOG_LEVEL=trace", () => {
  it("is found again in what gave it out, and nowhere else", async () => {
    await start();
    const [, bootstrap = ""] = /\b(tw[a]_[0-9A-Za-z]{38})\b/.exec(server.run.stderr) ?? [];
    secrets.set("the administrator", bootstrap);
    admin = server.client(bootstrap);
    await makeAll();
    expect(secrets.size).toBe(9);

    // Good ones, ended ones, one that has expired by now, and one of nobody's.
    secrets.set("nobody's", "twr_000000000000000000000000000000001DiGCc");
    for (const name of [
      "an account token",
      "a token of scope ADMIN",
      "its successor (STATUS)",
      "a token that expires",
      "nobody's",
    ]) {
      await plant(secrets.get(name)!);
    }
    for (const name of ["an account token", "its successor (ADMIN)", "nobody's"]) {
      const { text } = await postForm(`${server.url}/revoke`, { token: secrets.get(name)! });
      answers.push(text);
    }
    await graphql({
      query: "mutation($i: ReportLeakedTokenInput!) { reportLeakedToken(input: $i) { accepted } }",
      variables: { i: { secret: secrets.get("its successor (READ_ONLY)"), url: "https://paste.example/1" } },
    });

    const audit = await admin.send(
      `{ auditEvents(first: 100) { nodes { action reason ip userAgent requestId token { label hint } account { login name }
           repository { slug } organization { slug } } } }`,
    );
    expect((audit.data?.auditEvents as { nodes: unknown[] }).nodes.length).toBeGreaterThan(10);
    answers.push(audit.text);
    await hear({ path: "/metrics" });
    await expectNoTraceInWhatIsKept();

    const { status, stdout, stderr } = await server.stop();
    expect(status).toBe(0);
    expect(stdout.split("\n").length).toBeGreaterThan(500);
    expect(answers.length).toBeGreaterThan(1000);
    expectNoTrace("the log", stdout);
    expectNoTrace("the terminal, but for the first token", stderr.replace(bootstrap, ""));
    expectNoTrace("an answer", answers.join("\n"));
    await expectNoTraceInWhatIsKept();
  }, 120_000);

  it("is found nowhere either after the other commands were given one", async () => {
    await start();
    const list = join(program.folder, "list.json");
    writeFileSync(list, JSON.stringify([{ full_name: "acme/more" }, { full_name: "not a name" }]));
    const env = { TOKENWARD_URL: server.url, TOKENWARD_TOKEN: secrets.get("the administrator") };
    const imported = await program.run(["import", "--provider", "gh", list], { env });
    const refused = await program.run(["import", list], {
      env: { ...env, TOKENWARD_TOKEN: secrets.get("nobody's") },
    });
    const stopped = await server.stop();
    const made = await program.run(["admin-token", "rescuer"]);
    const [printed = ""] = /\btwa_[0-9A-Za-z]{38}\b/.exec(made.stdout) ?? [];
    secrets.set("the rescuer", printed);
    expect([imported.status, refused.status, made.status]).toEqual([1, 1, 0]);
    for (const { stdout, stderr } of [imported, refused, stopped, made]) {
      expectNoTrace("a command", `${stdout}${stderr}`.replace(printed, ""));
    }
    await expectNoTraceInWhatIsKept();
  }, 60_000);

  it("is looked for in ways that find it", () => {
    const secret = secrets.get("the administrator")!;
    for (const text of [
      secret,
      `a ${secret.slice(4)} b`,
      basic("", secret)[1],
      basic("ab", secret)[1],
      basic(secret, "x")[1],
    ]) {
      expect(() => {
        expectNoTrace("a text", text);
      }).toThrow("a text holds the administrator");
    }
    expect(() => {
      expectNoTrace("a digest", `x${createHash("sha256").update(secret).digest("hex")}`);
    }).toThrow("a digest holds the administrator");
    expect(() => {
      expectNoTrace("nothing", "nothing");
    }).not.toThrow();
  });
});
