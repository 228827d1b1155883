import "./production";
import { assemble, type Cast } from "./cast";
import { entriesOf } from "./entries";
import { Oracle } from "./oracle";
import { patience, whole } from "./share";
import { Interview, type Totals } from "./sheets";
import { table } from "./table";
import { type Entry } from "./walk";
import { dump, readWorld, type World } from "./world";

let cast: Cast;
let world: World;
let entries: Entry[];
let oracle: Oracle;
let before: string;
const total: Totals = { cells: 0, documents: 0, ways: new Set() };

beforeAll(async () => {
  const t = Date.now();
  cast = await assemble();
  world = await readWorld(cast.test);
  entries = entriesOf(world, cast.secrets);
  oracle = new Oracle(world);
  before = await dump(cast.test);
  console.log("built", Date.now() - t);
}, patience);
afterAll(() => cast.test.close());

it("x", async () => {
  const kinds = [...new Set(entries.map((e) => `${e.field} ${e.type}`))];
  for (const kind of kinds) {
    const t = Date.now();
    const was = { ...total };
    const interview = new Interview(cast.test, oracle, cast.players.filter((p) => p.secret !== null), total);
    await interview.run(entries.filter((e) => `${e.field} ${e.type}` === kind));
    console.log(kind, total.cells - was.cells, total.documents - was.documents, Date.now() - t, interview.wrong.length, interview.wrong.slice(0, 8).join("\n"));
  }
  console.log(total.cells, total.documents, total.ways.size);
  expect(await dump(cast.test)).toBe(before);
  const missing = [...table.values()].filter((row) => row.counts && !row.name.startsWith("Mutation")).flatMap((row) => Object.entries(row.cells).filter(([c, o]) => o !== "." && o !== "U" && !oracle.met.has(`${row.name} | ${c}`)).map(([c]) => `${row.name} | ${c}`));
  console.log(missing.length, missing.join("\n").slice(0, 100));
  void whole;
}, 1e6);
