import type { Client } from "../support/client";
import { linesOf } from "../support/audit";
import { type MadeToken, TestApp } from "../support/kit";
import { codeOf, mutate, refusal } from "../support/mutations";

let test: TestApp;
let repository: string;
let ci: MadeToken;
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
});
beforeEach(async () => {
  repository = await test.repository();
  ci = await test.repositoryToken(repository, "ADMIN");
});
afterAll(() => test.close());

interface BuildAnswer {
  readonly id: string;
  readonly number: number;
  readonly branch: string;
  readonly commit: string;
  readonly status: string;
  readonly url: string | null;
  readonly reportedAt: string;
}
const commit = "0123456789abcdef0123456789abcdef01234567";
const fields = "id number branch commit status url reportedAt";
const build = (more: object = {}): object => ({
  repository,
  branch: "main",
  commit,
  status: "RUNNING",
  ...more,
});
const report = async (more: object = {}, client = ci.client): Promise<BuildAnswer> =>
  (await mutate<{ build: BuildAnswer }>(client, "reportBuild", build(more), `build { ${fields} }`)).build;
const statusOf = async (branch?: string, client: Client = ci.client): Promise<string | null> => {
  const answer = await client.must<{ repository: { status: string | null } }>(
    "query($slug: String!, $branch: String) { repository(slug: $slug) { status(branch: $branch) } }",
    { slug: repository, branch },
  );
  return answer.repository.status;
};

describe("reportBuild", () => {
  it("numbers builds from 1, in each repository for itself", async () => {
    const url = "https://ci.example.com/1";
    expect(await report({ url })).toEqual({
      id: expect.any(String) as string,
      number: 1,
      branch: "main",
      commit,
      status: "RUNNING",
      url,
      reportedAt: test.in(0),
    });
    expect([(await report()).number, (await report({ branch: "dev", number: null })).number]).toEqual([2, 3]);
    const other = await test.repository();
    expect((await report({ repository: other }, test.admin)).number).toBe(1);
  });

  it("numbers builds that come at the same time one by one", async () => {
    const numbers = (await Promise.all(Array.from({ length: 10 }, () => report()))).map(
      ({ number }) => number,
    );
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("changes status and url of the build whose number is given, and its instant", async () => {
    const first = await report({ url: "https://ci.example.com/1" });
    await report({ status: "QUEUED" });
    test.pass(1000);
    const done = await report({ number: 1, status: "SUCCESS", commit: commit.toUpperCase() });
    expect(done).toEqual({ ...first, status: "SUCCESS", reportedAt: test.in(0) });
    const moved = await report({ number: 1, status: "SUCCESS", url: "http://elsewhere.example.com" });
    expect(moved).toMatchObject({ number: 1, url: "http://elsewhere.example.com" });
    expect(await report({ number: 1, status: "SUCCESS", url: null })).toEqual(moved);
  });

  it("says NOT_FOUND for a number that there is not, CONFLICT for another branch or commit", async () => {
    await report();
    expect(await codeOf(ci.client, "reportBuild", build({ number: 2 }))).toBe("NOT_FOUND");
    expect(await codeOf(ci.client, "reportBuild", build({ number: 1, branch: "dev" }))).toBe("CONFLICT");
    expect(await codeOf(ci.client, "reportBuild", build({ number: 1, branch: "Main" }))).toBe("CONFLICT");
    expect(await codeOf(ci.client, "reportBuild", build({ number: 1, commit: "abcdef0" }))).toBe("CONFLICT");
    expect(await statusOf()).toBe("RUNNING");
  });

  it("writes one line for a build and for a change of it, none for a report that changes nothing", async () => {
    await report();
    expect(await linesOf(test, () => report())).toMatchObject([
      { action: "BUILD_REPORTED", repository: { slug: repository } },
    ]);
    test.pass(1000);
    let same: BuildAnswer | undefined;
    expect(await linesOf(test, async () => (same = await report({ number: 1 })))).toEqual([]);
    expect(same?.reportedAt).toBe(test.in(-1000));
    expect(await linesOf(test, () => report({ number: 1, status: "FAILED" }))).toHaveLength(1);
  });

  it("is for ADMIN of any kind", async () => {
    for (const scope of ["STATUS", "READ_ONLY"] as const) {
      const forbidden = { code: "FORBIDDEN", requiredScope: "ADMIN", grantedScope: scope };
      const token = await test.repositoryToken(repository, scope);
      const collaborator = await test.collaborator(repository, scope);
      expect(await refusal(token.client, "reportBuild", build())).toMatchObject(forbidden);
      expect(await refusal(collaborator.client, "reportBuild", build())).toMatchObject(forbidden);
    }
    const elsewhere = await test.repositoryToken(await test.repository(), "ADMIN");
    expect(await codeOf(elsewhere.client, "reportBuild", build())).toBe("NOT_FOUND");
    expect(await codeOf((await test.account()).client, "reportBuild", build())).toBe("NOT_FOUND");
    expect(await codeOf((await test.collaborator(repository, "ADMIN")).client, "reportBuild", build())).toBe(
      "OK",
    );
  });

  it.each([
    ["branch", { branch: "" }],
    ["branch", { branch: "x".repeat(256) }],
    ["branch", { branch: "a\nb" }],
    ["commit", { commit: "012345" }],
    ["commit", { commit: "x".repeat(40) }],
    ["commit", { commit: "0".repeat(65) }],
    ["url", { url: "ftp://ci.example.com" }],
    ["url", { url: "javascript:alert(1)" }],
    ["url", { url: `https://ci.example.com/${"x".repeat(2000)}` }],
    ["number", { number: 0 }],
    ["number", { number: -1 }],
  ])("refuses a bad %s, before it looks for the repository: %j", async (field, bad) => {
    const input = build({ repository: "gh/nobody/nothing", ...bad });
    expect(await refusal(ci.client, "reportBuild", input)).toMatchObject({ code: "BAD_USER_INPUT", field });
  });
});

describe("the status of a branch", () => {
  it("is its highest number's, of the default branch where none is named, null before the first", async () => {
    expect(await statusOf()).toBeNull();
    await report({ status: "SUCCESS" });
    await report({ status: "FAILED", branch: "dev" });
    expect([await statusOf(), await statusOf("main"), await statusOf("dev"), await statusOf("none")]).toEqual(
      ["SUCCESS", "SUCCESS", "FAILED", null],
    );
    await report({ status: "QUEUED" });
    await report({ status: "CANCELED", number: 1 });
    expect(await statusOf()).toBe("QUEUED");
    await mutate(test.admin, "updateRepository", { slug: repository, defaultBranch: "dev" });
    expect(await statusOf()).toBe("FAILED");
  });

  it("is seen with STATUS, the builds with READ_ONLY", async () => {
    const { id } = await report({ status: "SUCCESS" });
    const document =
      "query($slug: String!, $id: ID!) { repository(slug: $slug) { status builds { totalCount } } node(id: $id) { id } }";
    const status = await test.repositoryToken(repository, "STATUS");
    const low = await status.client.send(document, { slug: repository, id });
    expect(low.data).toEqual({ repository: { status: "SUCCESS", builds: null }, node: null });
    expect(low.errors).toMatchObject([
      {
        path: ["repository", "builds"],
        extensions: { code: "FORBIDDEN", requiredScope: "READ_ONLY", grantedScope: "STATUS" },
      },
    ]);
    const read = await test.repositoryToken(repository, "READ_ONLY");
    expect((await read.client.send(document, { slug: repository, id })).data).toEqual({
      repository: { status: "SUCCESS", builds: { totalCount: 1 } },
      node: { id },
    });
  });
});

describe("the builds of a repository", () => {
  it("come newest first, of one branch where it is named", async () => {
    for (const branch of ["main", "dev", "main"]) await report({ branch });
    const list = async (branch?: string): Promise<unknown> => {
      const { repository: seen } = await ci.client.must<{
        repository: { builds: { nodes: BuildAnswer[]; totalCount: number } };
      }>(
        "query($slug: String!, $branch: String) { repository(slug: $slug) { builds(branch: $branch) { nodes { number } totalCount } } }",
        { slug: repository, branch },
      );
      return [seen.builds.nodes.map(({ number }) => number), seen.builds.totalCount];
    };
    expect([await list(), await list("main"), await list("none")]).toEqual([
      [[3, 2, 1], 3],
      [[3, 1], 2],
      [[], 0],
    ]);
  });
});
