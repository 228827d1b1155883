import "./production";
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from "graphql";
import { assemble, type Cast } from "./cast";
import { entriesOf } from "./entries";
import { Oracle } from "./oracle";
import { patience, report, whole } from "./share";
import { Interview, type Totals } from "./sheets";
import { table } from "./table";
import { coordinates, type Entry, nameOf, rootFields, waysOf } from "./walk";
import { dump, readWorld } from "./world";

let cast: Cast;
let entries: readonly Entry[];
let oracle: Oracle;
let before: string;
const totals: Totals = { cells: 0, documents: 0, ways: new Set() };

beforeAll(async () => {
  cast = await assemble();
  oracle = new Oracle(await readWorld(cast.test));
  entries = entriesOf(oracle.world, cast.secrets);
  before = await dump(cast.test);
}, patience);

afterAll(async () => {
  await cast.test.close();
  const { cells, documents, ways } = totals;
  report(
    `${cells} cells in ${documents} documents by ${ways.size} ways, of ${coordinates().length} coordinates, ` +
      `as ${cast.players.length} callers`,
  );
});

describe("every field, as every caller, on every kind of object, by every way of up to four types", () => {
  it("is of the schema that the server runs", async () => {
    const data = await cast.test.admin.must<IntrospectionQuery & Record<string, never>>(
      getIntrospectionQuery(),
    );
    expect(coordinates(buildClientSchema(data)).sort()).toEqual(coordinates().sort());
  });

  it.each(rootFields())(
    "$field, where it leads to a $type, answers as the table says",
    async ({ field, type }) => {
      const chosen = entries.filter((entry) => entry.field === field && entry.type === type);
      expect(chosen).not.toHaveLength(0);
      const callers = cast.players.filter((player) => player.secret !== null);
      const interview = new Interview(cast.test, oracle, callers, totals);
      await interview.run(chosen);
      expect(interview.wrong.slice(0, 20)).toEqual([]);
    },
    patience,
  );

  it("was asked often enough, and changed nothing", async () => {
    expect(totals.cells).toBeGreaterThanOrEqual(whole ? 50_000 : 5_000);
    expect(await dump(cast.test)).toBe(before);
  });

  if (whole) {
    it("met every cell of the table", () => {
      const rows = [...table.values()].filter((row) => row.counts && !row.name.startsWith("Mutation."));
      expect(oracle.unmet(rows)).toEqual([]);
    });

    it("went every way there is", () => {
      const ways = rootFields().flatMap((root) => [1, 2, 3, 4].flatMap((depth) => waysOf(root, depth)));
      const names = ways.map(nameOf);
      expect(names.filter((name) => !totals.ways.has(name))).toEqual([]);
    });
  }
});
