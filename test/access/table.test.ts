import { extendSchema, parse } from "graphql";
import { columns, coordinateOf, type Row, table } from "./table";
import { coordinates, schema } from "./walk";

const rows = [...table.values()];

/** Objects of these types stand to their caller in more than one way: a field of theirs has a row for each. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  Token: ["of an account", "of a repository", "in a TokenVerification"],
  AuditEvent: ["about a repository", "about an organization", "about an account", "of its own"],
  Account: ["", "in a TokenVerification"],
  Repository: ["", "in a TokenVerification"],
};

function withoutRow(names: readonly string[], known: ReadonlyMap<string, Row> = table): string[] {
  return names.flatMap((coordinate) => {
    const [type = ""] = coordinate.split(".");
    if (type === "Mutation")
      return [...known.keys()].some((name) => name.split(" ")[0] === coordinate) ? [] : [coordinate];
    const wanted = (kinds[type] ?? [""]).map((kind) => `${coordinate} ${kind}`.trim());
    return wanted.filter((name) => !known.has(name));
  });
}

describe("the access table", () => {
  it("has a row for every field and mutation of the schema", () => {
    expect(withoutRow(coordinates())).toEqual([]);
  });

  it("misses a row as soon as the schema has one field or mutation more", () => {
    const more = extendSchema(
      schema,
      parse(
        "extend type Token { digest: String } extend type Mutation { stealToken: Token } type Leak { all: String }",
      ),
    );
    expect(withoutRow(coordinates(more))).toEqual([
      "Mutation.stealToken",
      "Token.digest of an account",
      "Token.digest of a repository",
      "Token.digest in a TokenVerification",
      "Leak.all",
    ]);
  });

  it("has no row for what the schema does not have", () => {
    const known = new Set(coordinates());
    const stale = rows.filter((row) => !known.has(coordinateOf(row) ?? "") && coordinateOf(row) !== null);
    expect(stale.map((row) => row.name)).toEqual([]);
  });

  it("names the scope needed wherever scopes decide, and nowhere else", () => {
    for (const row of rows) {
      const decides = columns.some((column) => row.cells[column] === "F");
      expect([row.name, row.scope !== null]).toEqual([row.name, decides]);
    }
  });

  it("lets nobody in who presents nothing, but to report a leak", () => {
    const open = rows.filter((row) => !["U", "."].includes(row.cells.anonymous));
    expect(open.map((row) => row.name)).toEqual([
      "Mutation.reportLeakedToken",
      "ReportLeakedTokenPayload.accepted",
    ]);
  });
});
