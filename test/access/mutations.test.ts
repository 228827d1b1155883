import "./production";
import { assemble, type Cast } from "./cast";
import { callsOf } from "./changes";
import { Changes } from "./changing";
import { Oracle } from "./oracle";
import { askerOf, tokenOf } from "./relations";
import { isAsked, mixed, numberOf, patience } from "./share";
import { styles } from "./walk";
import { readWorld } from "./world";

let cast: Cast;
let oracle: Oracle;
let changes: Changes;
beforeAll(async () => {
  cast = await assemble();
  oracle = new Oracle(await readWorld(cast.test));
  changes = await Changes.on(cast.test, oracle);
}, patience);
afterAll(() => cast.test.close());

it("x", async () => {
  const { world } = oracle;
  for (const player of cast.players) {
    const t = Date.now();
    const wrong: string[] = [];
    let n = 0;
    for (const [at, call] of callsOf(world, askerOf(world, tokenOf(world, player.secret ?? "")), cast.secrets).entries()) {
      const number = mixed(numberOf(player.name), at);
      if (!isAsked(number)) continue;
      n++;
      const found = await changes.ask(player, call, styles[mixed(number, 7) % styles.length]!);
      wrong.push(...found.map((l) => `${call.row} ${JSON.stringify(call.input)}: ${l}`));
    }
    console.log(player.name, n, Date.now() - t, wrong.length, wrong.slice(0, 15).join("\n"));
  }
  console.log(changes.calls, changes.allowed, changes.cells);
}, 1e6);
