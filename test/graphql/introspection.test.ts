import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from "graphql";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "../support/client";
import { TestApp } from "../support/kit";

const committed = readFileSync(join(__dirname, "../../schema.graphql"), "utf8");
const unlimited = { RATE_LIMIT_PER_MINUTE: "0", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0" };

/** Every way to ask for the schema that is no plain root field. */
const ways: Readonly<Record<string, string>> = {
  __schema: "{ __schema { queryType { name } } }",
  __type: '{ __type(name: "Token") { name } }',
  "an alias": "{ a: __schema { queryType { name } } }",
  "an alias that looks harmless": "{ __typename: __schema { queryType { name } } }",
  "an inline fragment": "{ ... { __schema { queryType { name } } } }",
  "an inline fragment with a type": "{ ... on Query { ... on Query { __schema { queryType { name } } } } }",
  "a fragment": "{ ...F } fragment F on Query { __schema { queryType { name } } }",
  "a fragment of a fragment":
    "{ ...F } fragment F on Query { ...G } fragment G on Query { __schema { queryType { name } } }",
  "beside another field": "{ __typename __schema { queryType { name } } }",
  "behind a directive": "query($yes: Boolean = true) { __schema @include(if: $yes) { queryType { name } } }",
  "a field that is skipped": "{ __schema @skip(if: true) { queryType { name } } }",
  "the usual query": getIntrospectionQuery(),
};

async function withApp(
  introspection: string | undefined,
  work: (test: TestApp) => Promise<void>,
): Promise<void> {
  const test = await TestApp.start({
    env: { ...unlimited, ...(introspection === undefined ? {} : { INTROSPECTION: introspection }) },
  });
  try {
    await work(test);
  } finally {
    await test.close();
  }
}

const outcomes = async (client: Client): Promise<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const [name, document] of Object.entries(ways)) {
    const { status, errors } = await client.send(document);
    found[name] = `${status} ${errors.map(({ extensions }) => extensions.code).join()}`.trim();
  }
  return found;
};
const all = (outcome: string): Record<string, string> =>
  Object.fromEntries(Object.keys(ways).map((name) => [name, outcome]));

describe("introspection", () => {
  it("is for authenticated callers when nothing is set", () =>
    withApp(undefined, async (test) => {
      const { client } = await test.repositoryToken(await test.repository(), "STATUS");
      expect(await outcomes(test.admin)).toEqual(all("200"));
      expect(await outcomes(client)).toEqual(all("200"));
      expect(await outcomes(test.client(null))).toEqual(all("401 UNAUTHENTICATED"));
    }));

  it("is for authenticated callers when that is set, also after one of them has asked the same", () =>
    withApp("authenticated", async (test) => {
      expect(await outcomes(test.client(null))).toEqual(all("401 UNAUTHENTICATED"));
      expect(await outcomes(test.admin)).toEqual(all("200"));
      expect(await outcomes(test.client(null))).toEqual(all("401 UNAUTHENTICATED"));
    }));

  it("is for everybody when it is on", () =>
    withApp("on", async (test) => {
      expect(await outcomes(test.client(null))).toEqual(all("200"));
      expect(await outcomes(test.admin)).toEqual(all("200"));
      const beside = "{ __schema { queryType { name } } viewer { account { id } } }";
      expect((await test.client(null).send(beside)).status).toBe(401);
    }));

  it("is for nobody when it is off, site administrators included", () =>
    withApp("off", async (test) => {
      expect(await outcomes(test.admin)).toEqual(all("400 INTROSPECTION_DISABLED"));
      expect(await outcomes(test.client(null))).toEqual(all("401 UNAUTHENTICATED"));
      expect(await test.admin.code("{ __schema { nonsense } }")).toBe("INTROSPECTION_DISABLED");
    }));

  it.each(["on", "authenticated", "off"])("leaves __typename to everybody when it is %s", (introspection) =>
    withApp(introspection, async (test) => {
      for (const client of [test.admin, test.client(null)]) {
        expect(await client.must("{ __typename }")).toEqual({ __typename: "Query" });
        expect(await client.must("mutation { __typename }")).toEqual({ __typename: "Mutation" });
      }
      const inside = "{ viewer { __typename token { __typename } } }";
      expect(await test.admin.must(inside)).toEqual({
        viewer: { __typename: "Viewer", token: { __typename: "Token" } },
      });
    }),
  );

  it("of a request with several operations is judged by the one that runs", () =>
    withApp("off", async (test) => {
      const response = await fetch(`${test.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${test.adminSecret}` },
        body: JSON.stringify({
          query: "query A { __typename } query B { __schema { queryType { name } } }",
          operationName: "B",
        }),
      });
      expect([response.status, await response.text()]).toEqual([
        400,
        expect.stringContaining("INTROSPECTION_DISABLED"),
      ]);
    }));

  it("shows the schema that is committed", () =>
    withApp("on", async (test) => {
      const shown = buildClientSchema(
        await test.client(null).must<IntrospectionQuery>(getIntrospectionQuery()),
      );
      expect(committed).toContain(printSchema(lexicographicSortSchema(shown)));
    }));
});
