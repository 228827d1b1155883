import "./production";
import { assemble, type Cast } from "./cast";
import { type Call, callsOf } from "./changes";
import { Changes } from "./changing";
import { Oracle } from "./oracle";
import { askerOf, tokenOf } from "./relations";
import { isAsked, mixed, numberOf, patience, report, whole } from "./share";
import { table } from "./table";
import { objectType, styles } from "./walk";
import { readWorld } from "./world";

const mutations = Object.keys(objectType("Mutation").getFields());

let cast: Cast;
let oracle: Oracle;
let changes: Changes;

beforeAll(async () => {
  cast = await assemble();
  oracle = new Oracle(await readWorld(cast.test));
  changes = await Changes.on(cast.test, oracle);
}, patience);

afterAll(async () => {
  await cast.test.close();
  const { cells, calls, allowed } = changes;
  report(`${cells} cells in ${calls} calls of ${mutations.length} mutations, ${allowed} of them allowed`);
});

const isOf = (call: Call, mutation: string): boolean => call.row.split(" ")[0] === `Mutation.${mutation}`;

describe("every mutation, as every caller, on every kind of object", () => {
  it.each(mutations)(
    "%s ends as the table says, and leaves nothing behind where it is refused",
    async (mutation) => {
      const { world } = oracle;
      const wrong: string[] = [];
      let calls = 0;
      for (const player of cast.players) {
        const asker = askerOf(world, player.secret === null ? undefined : tokenOf(world, player.secret));
        const own = callsOf(world, asker, cast.secrets).filter((call) => isOf(call, mutation));
        calls += own.length;
        for (const [at, call] of own.entries()) {
          const number = mixed(numberOf(`${player.name} ${mutation}`), at);
          if (!isAsked(number)) continue;
          const found = await changes.ask(player, call, styles[mixed(number, 7) % styles.length]!);
          wrong.push(
            ...found.map((line) => `${player.name}, ${call.row} ${JSON.stringify(call.input)}: ${line}`),
          );
        }
      }
      expect(calls).toBeGreaterThanOrEqual(cast.players.length);
      expect(wrong.slice(0, 20)).toEqual([]);
    },
    patience,
  );

  it("was asked of those who may and of those who may not", () => {
    expect(changes.allowed).toBeGreaterThan(50);
    expect(changes.calls - changes.allowed).toBeGreaterThan(200);
  });

  if (whole) {
    it("met every cell of the table", () => {
      const rows = [...table.values()].filter((row) => row.name.startsWith("Mutation."));
      expect(oracle.unmet(rows)).toEqual([]);
    });
  }
});
