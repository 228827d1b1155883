import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { bearer, type RawAnswer, send } from "../support/raw";

const STYLES = ["flat", "flat-square", "plastic", "for-the-badge", "social"];
const STATUSES = ["QUEUED", "RUNNING", "SUCCESS", "FAILED", "CANCELED"] as const;

let test: TestApp;
let slug: string;
let status: MadeToken;
let reader: MadeToken;
let outsider: Actor;

beforeAll(async () => {
  test = await TestApp.start();
  slug = await test.repository("gh/acme/docs");
  status = await test.repositoryToken(slug, "STATUS");
  reader = await test.repositoryToken(slug, "READ_ONLY");
  outsider = await test.account();
  await report("SUCCESS");
});
afterAll(() => test.close());

async function report(build: (typeof STATUSES)[number], branch = "main", repository = slug): Promise<void> {
  await test.admin.must(
    "mutation($input: ReportBuildInput!) { reportBuild(input: $input) { build { id } } }",
    { input: { repository, branch, commit: "0123456789abcdef", status: build } },
  );
}

const badge = (
  query = "",
  secret: string | null = status.secret,
  { repository = slug, headers = [] as readonly (readonly [string, string])[] } = {},
): Promise<RawAnswer> =>
  send(test.url, {
    path: `/badge/${repository}.svg${query}`,
    headers: secret === null ? headers : [bearer(secret), ...headers],
  });

/** What the shield says. */
const words = ({ text }: RawAnswer): string => /aria-label="([^"]*)"/i.exec(text)?.[1] ?? text;

async function lastUsedAt(id: string): Promise<string | null> {
  await test.app.services.recorder.flush();
  const { node } = await test.admin.must<{ node: { lastUsedAt: string | null } }>(
    "query($id: ID!) { node(id: $id) { ... on Token { lastUsedAt } } }",
    { id },
  );
  return node.lastUsedAt;
}

describe("the badge of a repository", () => {
  it("is an SVG that says how the newest build of the default branch stands", async () => {
    const shown: Record<string, string> = {};
    for (const build of STATUSES) {
      await report(build);
      const answer = await badge();
      expect([answer.status, answer.headers["content-type"]]).toEqual([200, "image/svg+xml; charset=utf-8"]);
      expect(answer.text).toMatch(/^<svg .*<\/svg>$/s);
      shown[build] = words(answer);
    }
    expect(shown).toEqual({
      QUEUED: "build: queued",
      RUNNING: "build: running",
      SUCCESS: "build: passing",
      FAILED: "build: failing",
      CANCELED: "build: canceled",
    });
  });

  it("is of another branch when that is asked for", async () => {
    await report("SUCCESS");
    await report("FAILED", "fix/é&1");
    expect(words(await badge())).toBe("build: passing");
    expect(words(await badge(`?branch=${encodeURIComponent("fix/é&1")}`))).toBe("build: failing");
  });

  it("comes in every style, each with an ETag of its own, and in no other", async () => {
    const answers = await Promise.all(STYLES.map((style) => badge(`?style=${style}`)));
    expect(answers.map((answer) => answer.status)).toEqual(STYLES.map(() => 200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(STYLES.length);
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(STYLES.length);
    expect((await badge()).text).toBe(answers[0]!.text);
    for (const style of ["round", "FLAT", "__proto__", "<script>"]) {
      const answer = await badge(`?style=${encodeURIComponent(style)}`);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain(style);
    }
  });

  it("draws nothing that the caller wrote", async () => {
    const marker = "<script>alert(1)</script>";
    const query = ["branch", "label", "message", "logo", "link", "color"]
      .map((name) => `${name}=${encodeURIComponent(marker)}`)
      .join("&");
    const answer = await badge(`?${query}`);
    expect([answer.status, answer.text.includes("alert")]).toEqual([200, false]);
  });

  it("refuses a parameter that is given twice", async () => {
    for (const query of ["style=flat&style=flat", "branch=a&branch=b", "token=a&token=b"]) {
      const answer = await badge(`?${query}`, null);
      expect(answer.status).toBe(400);
    }
  });
});

describe("a badge in a cache", () => {
  it("has an ETag over status and style, is revalidated each time, and differs by credential", async () => {
    await report("SUCCESS");
    const passing = await badge();
    expect(passing.headers).toMatchObject({ "cache-control": "no-cache", vary: "Authorization" });
    await report("FAILED");
    const failing = await badge();
    await report("SUCCESS");
    const again = await badge();
    expect(failing.headers.etag).not.toBe(passing.headers.etag);
    expect(again.headers.etag).toBe(passing.headers.etag);
    expect(passing.headers.etag).toMatch(/^"[\w-]+"$/);
  });

  it("is 304 without a body while the status stays, by any form of If-None-Match", async () => {
    await report("SUCCESS");
    const { headers } = await badge();
    const etag = headers.etag!;
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const answer = await badge("", status.secret, { headers: [["If-None-Match", known]] });
      expect([answer.status, answer.text, known]).toEqual([304, "", known]);
      expect(answer.headers).toMatchObject({ etag, "cache-control": "no-cache", vary: "Authorization" });
    }
    await report("FAILED");
    const answer = await badge("", status.secret, { headers: [["If-None-Match", etag]] });
    expect([answer.status, words(answer)]).toEqual([200, "build: failing"]);
  });

  it("is not 304 to somebody else: who may not see it gets the unknown shield", async () => {
    const { headers } = await badge();
    const answer = await badge("", null, { headers: [["If-None-Match", headers.etag!]] });
    expect([answer.status, words(answer)]).toEqual([200, "build: unknown"]);
  });

  it("says that it differs by origin too, where origins are listed", async () => {
    const listed = await TestApp.start({ env: { CORS_ORIGINS: "https://a.example" } });
    try {
      const answer = await send(listed.url, {
        path: "/badge/gh/a/b.svg",
        headers: [["Origin", "https://a.example"]],
      });
      expect(answer.headers["access-control-allow-origin"]).toBe("https://a.example");
      expect(answer.headers.vary?.split(/, */).sort()).toEqual(["Authorization", "Origin"]);
    } finally {
      await listed.close();
    }
  });
});

describe("a badge of what the caller may not see", () => {
  it("is the unknown shield, the same bytes, for missing, hidden, malformed, deleted, and without a build", async () => {
    const empty = await test.repository();
    const hidden = await test.repository();
    await report("SUCCESS", "main", hidden);
    const deleted = await test.repository();
    await report("SUCCESS", "main", deleted);
    await test.admin.must(
      "mutation($slug: String!) { deleteRepository(input: { slug: $slug }) { revokedCount } }",
      { slug: deleted },
    );
    const seen = await test.collaborator(empty, "STATUS");
    const answers = [
      await badge("", seen.secret, { repository: empty }),
      await badge("", outsider.secret, { repository: hidden }),
      await badge("", status.secret, { repository: hidden }),
      await badge("", null, { repository: hidden }),
      await badge("", test.adminSecret, { repository: deleted }),
      await badge("", outsider.secret, { repository: "gh/acme/missing" }),
      await badge("", null, { repository: "gh/no/such" }),
      await badge("", null, { repository: "nowhere/no/such" }),
      await badge("", null, { repository: "gh/%20/.." + "%2f" }),
      await badge("?branch=other", status.secret),
      await badge(`?branch=${"x".repeat(300)}`, status.secret),
    ];
    const bytes = answers.map(({ status: code, headers, text }) => {
      const { "x-request-id": _id, date: _date, ...rest } = headers;
      return JSON.stringify([code, rest, text]);
    });
    expect(new Set(bytes).size).toBe(1);
    expect([answers[0]!.status, words(answers[0]!)]).toEqual([200, "build: unknown"]);
  });

  it("asks for STATUS: every token and person with that sees it", async () => {
    await report("SUCCESS");
    const admin = await test.repositoryToken(slug, "ADMIN");
    const people = [await test.collaborator(slug, "STATUS"), await test.member("gh/acme")];
    for (const { secret } of [status, reader, admin, ...people]) {
      expect(words(await badge("", secret))).toBe("build: passing");
    }
  });

  it("is 401 in JSON for a bad credential, whatever is asked for", async () => {
    for (const repository of [slug, "gh/acme/missing"]) {
      const answer = await badge("", "nonsense", { repository });
      expect([answer.status, answer.text]).toEqual([401, '{"error":"not found"}']);
      expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    }
  });

  it("is no badge without .svg", async () => {
    for (const path of [`/badge/${slug}`, `/badge/${slug}.png`, `/badge/${slug}.svg/x`, "/badge/gh/acme"]) {
      expect((await send(test.url, { path, headers: [bearer(status.secret)] })).status).toBe(404);
    }
  });
});

describe("a token in the URL of a badge", () => {
  it("is taken when its scope is STATUS, and is a use", async () => {
    const made = await test.repositoryToken(slug, "STATUS");
    await report("SUCCESS");
    expect(words(await badge(`?token=${made.secret}`, null))).toBe("build: passing");
    expect(await lastUsedAt(made.id)).not.toBeNull();
  });

  it("is as good as unknown when it may do more: 401, the same bytes, no use", async () => {
    const admin = await test.repositoryToken(slug, "ADMIN");
    const person = await test.accountToken(outsider.login);
    const more = [await test.repositoryToken(slug, "READ_ONLY"), admin, person];
    const unknown = await badge("?token=twr_000000000000000000000000000000001DiGCc", null);
    expect([unknown.status, unknown.text]).toEqual([401, '{"error":"not found"}']);
    for (const { id, secret } of more) {
      const answer = await badge(`?token=${secret}`, null);
      const { "x-request-id": _id, date: _date, ...headers } = answer.headers;
      expect([answer.status, answer.text]).toEqual([unknown.status, unknown.text]);
      expect(unknown.headers).toMatchObject(headers);
      expect(await lastUsedAt(id)).toBeNull();
    }
  });

  it("is taken from no other place of the URL, nor from the URL of any other endpoint", async () => {
    expect(words(await badge(`?circle=${status.secret}&secret=${status.secret}`, null))).toBe(
      "build: unknown",
    );
    const paths = [
      `/graphql?token=${status.secret}&query={viewer{token{id}}}`,
      `/metrics?token=${test.adminSecret}`,
    ];
    for (const path of paths) {
      const answer = await send(test.url, { path, headers: [["apollo-require-preflight", "1"]] });
      expect(answer.status).toBe(401);
    }
  });

  it("is 400 beside another in a header; the same one twice is one, in the URL", async () => {
    expect((await badge(`?token=${status.secret}`, reader.secret)).status).toBe(400);
    expect((await badge(`?token=${status.secret}`, status.secret)).status).toBe(200);
    expect((await badge(`?token=${reader.secret}`, reader.secret)).status).toBe(401);
  });

  it("is none when it is empty: the header's counts, whatever its scope", async () => {
    await report("SUCCESS");
    for (const { secret } of [status, reader]) {
      expect(words(await badge("?token=", secret))).toBe("build: passing");
    }
    expect(words(await badge("?token=", null))).toBe("build: unknown");
  });

  it("is not in the log", async () => {
    await badge(`?token=${status.secret}`, null);
    expect(test.log.join("\n")).not.toContain(status.secret.slice(10));
  });
});
