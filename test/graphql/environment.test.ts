import { join } from "node:path";
import { mintSecret } from "../../src/secrets/mint";
import { TestApp } from "../support/kit";
import { BUILD_TIMEOUT_MS, buildProgram, Program } from "../support/program";
import { bearer, type RawAnswer, type RawRequest, send } from "../support/raw";

const environments = [undefined, "development", "test", "production"] as const;
const secret = mintSecret("ACCOUNT");

const json = ["Content-Type", "application/json"] as const;
const graphql = (
  query: string,
  variables: object = {},
  headers: RawRequest["headers"] = [bearer(secret)],
): RawRequest => ({
  method: "POST",
  path: "/graphql",
  headers: [json, ...headers],
  body: JSON.stringify({ query, variables }),
});
const typed =
  "query($first: Int, $scope: RepositoryScope) { viewer { repositories(first: $first, minimumScope: $scope) { totalCount } } }";

// What libraries answer differently when they are told that this is production, or that it is not.
const requests: Readonly<Record<string, RawRequest>> = {
  "an answer": graphql("{ viewer { account { login } } }"),
  "a parse error": graphql("{ viewer"),
  "a validation error": graphql("{ viewr { token { id } } }"),
  "a value of another type": graphql('{ viewer { repositories(first: "x") { totalCount } } }'),
  "variables that do not fit": graphql(typed, { first: "x", scope: "NOPE" }),
  "a variable out of range": graphql(typed, { first: 0 }),
  "a field that is refused": graphql('mutation { createAccount(input: { login: "-" }) { account { id } } }'),
  "a field that finds nothing": graphql(
    'mutation { deleteRepository(input: { slug: "gh/a/b" }) { revokedCount } }',
  ),
  "an unknown operation": graphql("query A { __typename } query B { __typename }"),
  "too much": graphql(`{ ${Array.from({ length: 101 }, (_, index) => `f${index}: __typename`).join(" ")} }`),
  introspection: graphql("{ __schema { queryType { name } } }"),
  "introspection by nobody": graphql("{ __schema { queryType { name } } }", {}, []),
  "a validation error by nobody": graphql("{ __typename @nope }", {}, []),
  "a bad credential": graphql("{ __typename }", {}, [bearer("nope")]),
  "two credentials": graphql("{ __typename }", {}, [bearer("nope"), bearer("other")]),
  "a body that is no JSON": { ...graphql(""), body: "{" },
  "a list of operations": { ...graphql(""), body: '[{"query":"{ __typename }"}]' },
  "a content type": { ...graphql(""), headers: [["Content-Type", "text/plain"]] },
  "a body too large": { ...graphql(""), body: " ".repeat(1024 * 1024 + 1) },
  "a method": { method: "PUT", path: "/graphql" },
  GET: { path: "/graphql?query={__typename}", headers: [["apollo-require-preflight", "1"]] },
  "GET without the preflight header": { path: "/graphql?query={__typename}" },
  "GET as a browser asks": { path: "/graphql", headers: [["Accept", "text/html"]] },
  "the root": { path: "/" },
  "a path that does not decode": { path: "/%ZZ" },
  health: { path: "/healthz" },
};

/** All that a caller can see of an answer, but for what is another each time. */
function seen({ status, headers, text }: RawAnswer): object {
  const { date: _date, "x-request-id": _id, ...rest } = headers;
  const names = Object.keys(rest).filter((name) => !name.startsWith("ratelimit-"));
  return { status, headers: Object.fromEntries(names.map((name) => [name, rest[name]])), text };
}

beforeAll(buildProgram, BUILD_TIMEOUT_MS);

describe("under every NODE_ENV", () => {
  it("the program gives the same answers, without a stack, a path or a suggestion", async () => {
    const program = new Program();
    try {
      const answers: Record<string, object>[] = [];
      for (const environment of environments) {
        const server = await program.serve({
          env: {
            NODE_ENV: environment,
            BOOTSTRAP_TOKEN: secret,
            DATABASE_URL: `sqlite:${join(program.folder, `${environment ?? "unset"}.db`)}`,
          },
        });
        const found: Record<string, object> = {};
        for (const [name, request] of Object.entries(requests))
          found[name] = seen(await send(server.url, request));
        answers.push(found);
        const { status, stdout } = await server.stop();
        expect(status).toBe(0);
        expect(stdout).not.toContain(secret);
      }
      const [unset, ...others] = answers;
      for (const other of others) expect(other).toEqual(unset);
      expect(JSON.stringify(unset)).not.toMatch(/node_modules|\.js:\d|did you mean|stacktrace/i);
      expect(Object.keys(unset!)).toEqual(Object.keys(requests));
    } finally {
      await program.close();
    }
  }, 120_000);

  it("an error of our own says no more than that it is one", async () => {
    const before = process.env.NODE_ENV;
    const texts: string[] = [];
    for (const environment of environments) {
      if (environment === undefined) delete process.env.NODE_ENV;
      else process.env.NODE_ENV = environment;
      let armed = false;
      const test = await TestApp.start({
        hooks: {
          beforeCommit: () => {
            if (armed) throw new Error("a detail for the log");
          },
        },
      });
      try {
        armed = true;
        const { status, text } = await test.admin.send(
          'mutation { createAccount(input: { login: "x" }) { account { id } } }',
        );
        armed = false;
        texts.push(`${status} ${text.replace(/[0-9a-f-]{36}/, "ID")}`);
        expect(test.log.join("\n")).toContain("a detail for the log");
      } finally {
        process.env.NODE_ENV = before;
        await test.close();
      }
    }
    expect(new Set(texts)).toEqual(
      new Set([
        '200 {"errors":[{"message":"internal error","locations":[{"line":1,"column":12}],"path":["createAccount"],"extensions":{"code":"INTERNAL_SERVER_ERROR","requestId":"ID"}}],"data":{"createAccount":null}}\n',
      ]),
    );
  });
});
