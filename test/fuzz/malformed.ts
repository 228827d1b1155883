import type { Random } from "../support/random";

/** One malformed input: a whole HTTP request, or bytes that need not be one. */
export type Malformed =
  | {
      readonly kind: "body" | "document" | "variables" | "token" | "form" | "path";
      readonly method: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: Buffer;
    }
  | { readonly kind: "bytes"; readonly bytes: Buffer };

const names = [
  "viewer",
  "node",
  "repository",
  "account",
  "tokens",
  "nodes",
  "edges",
  "id",
  "slug",
  "__schema",
  "x",
];
const pieces = [
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ":",
  "!",
  "$",
  "@",
  "...",
  "|",
  "&",
  "=",
  "on",
  "query",
  "mutation",
  "fragment",
];
const values = [
  '"x"',
  "1",
  "-1",
  "1.5e999",
  "true",
  "null",
  "ENUM",
  "$v",
  "[]",
  "{}",
  '"""block"""',
  '"\\ud800"',
  '"\\u0000"',
];
const texts = [
  "",
  " ",
  "\u0000",
  "\u{1f512}",
  "\ud800",
  "a".repeat(2000),
  "../../x",
  "' OR 1=1 --",
  "%00",
  "__proto__",
  "gh/a/b",
];
const odd: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  9007199254740992,
  "",
  "\u0000",
  "\ud800",
  [],
  {},
  [[[]]],
  { __proto__: 1 },
];

const documents = [
  "mutation($input: CreateAccountTokenInput!) { createAccountToken(input: $input) { secret } }",
  // With an id: without one it would rotate the token that all of this is sent with.
  "mutation($id: ID!, $label: String) { rotateToken(input: { id: $id, label: $label }) { secret } }",
  "mutation($input: RevokeTokensInput!) { revokeTokens(input: $input) { revokedCount } }",
  "mutation($input: ReportBuildInput!) { reportBuild(input: $input) { build { id } } }",
  "mutation($input: ImportRepositoriesInput!) { importRepositories(input: $input) { createdCount } }",
  "query($input: VerifyTokenInput!) { verifyToken(input: $input) { code } }",
  "query($first: Int, $after: String) { viewer { repositories(first: $first, after: $after) { totalCount } } }",
];
const fields = [
  "label",
  "expiresAt",
  "account",
  "id",
  "ids",
  "repository",
  "scope",
  "secret",
  "slug",
  "number",
  "url",
  "x",
];

/** The input of this number in a run: the same for the same random numbers. */
export function malformed(random: Random, secret: string): Malformed {
  const pick = <T>(items: readonly T[]): T => random.pick(items) as T;
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: random.between(0, most) }, make);
  const bytes = (most: number): Buffer => Buffer.from(some(most, () => random.between(0, 255)));
  const json = { "content-type": "application/json", authorization: `Bearer ${secret}` };
  const post = (kind: "body" | "document" | "variables", body: Buffer | string): Malformed => ({
    kind,
    method: "POST",
    path: "/graphql",
    headers: json,
    body: Buffer.from(body),
  });
  const value = (depth: number): unknown => {
    const shape = random.between(0, depth > 3 ? 1 : 3);
    if (shape === 0) return pick(odd);
    if (shape === 1) return pick(texts);
    if (shape === 2) return some(4, () => value(depth + 1));
    return Object.fromEntries(some(5, () => [pick(fields), value(depth + 1)]));
  };
  const makers: readonly (() => Malformed)[] = [
    () => post("body", bytes(300)),
    () => {
      const whole = Buffer.from(
        JSON.stringify({ query: pick(documents), variables: value(0), extensions: value(0) }),
      );
      // Cut short, or with one byte changed.
      if (random.next() < 0.5) return post("body", whole.subarray(0, random.between(0, whole.length)));
      whole[random.between(0, whole.length - 1)] = random.between(0, 255);
      return post("body", whole);
    },
    () => {
      const query = some(40, () => pick([...names, ...pieces, ...values])).join(" ");
      return post("document", JSON.stringify({ query, variables: value(0) }));
    },
    () => {
      const variables = { input: value(0), first: value(2), after: value(2), id: value(2), label: value(3) };
      return post("variables", JSON.stringify({ query: pick(documents), variables }));
    },
    () => ({
      kind: "token",
      method: "POST",
      path: "/graphql",
      headers: {
        "content-type": "application/json",
        [pick(["authorization", "api-token", "xc-token", "circle-token", "idempotency-key", "cookie"])]:
          pick(["", "Bearer ", "Basic ", "Digest "]) + printable(random, 60),
      },
      body: Buffer.from('{"query":"{viewer{token{id}}}"}'),
    }),
    () => ({
      kind: "form",
      method: "POST",
      path: pick(["/introspect", "/revoke"]),
      headers: { "content-type": "application/x-www-form-urlencoded", authorization: `Bearer ${secret}` },
      body: Buffer.concat([Buffer.from(pick(["token=", "token=&token=", "scope=", "", "%"])), bytes(80)]),
    }),
    () => ({
      kind: "path",
      method: pick(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]),
      path: `/${pick(["badge/", "graphql?query=", "badge/gh/a/", "", "api/", "metrics?"])}${encodeURI(printable(random, 40)).replace(/[#]/g, "%23")}`,
      headers: { authorization: `Bearer ${secret}` },
    }),
    () => ({
      kind: "bytes",
      bytes: Buffer.concat([
        Buffer.from(
          pick([
            "GET / HTTP/1.1\r\n",
            "POST /graphql HTTP/1.1\r\nHost: a\r\n",
            "",
            "X",
            "PRI * HTTP/2.0\r\n",
          ]),
        ),
        bytes(200),
        Buffer.from("\r\n\r\n"),
      ]),
    }),
  ];
  return pick(makers)();
}

function printable(random: Random, most: number): string {
  return Array.from({ length: random.between(0, most) }, () =>
    String.fromCharCode(random.between(33, 126)),
  ).join("");
}
