import "./production";
import type { Answer } from "../support/client";
import { assemble, type Cast, type Player } from "./cast";
import { callsOf } from "./changes";
import { entriesOf } from "./entries";
import { Oracle } from "./oracle";
import { type Asker, askerOf, tokenOf } from "./relations";
import { isAsked, numberOf, patience, report } from "./share";
import {
  type Twins,
  twinsOfCall,
  twinsOfEntry,
  twinsOfFilters,
  twinsOfTheForbidden,
  twinsOfVerifications,
} from "./twins";
import { namedBy } from "./values";
import { verify } from "./verify";
import { dump, readWorld } from "./world";

/** Well made, and nobody's. */
const UNKNOWN = "twr_000000000000000000000000000000000D2eXj";

let cast: Cast;
let oracle: Oracle;
let before: string;
let pairs = 0;

beforeAll(async () => {
  cast = await assemble();
  oracle = new Oracle(await readWorld(cast.test));
  before = await dump(cast.test);
}, patience);

afterAll(async () => {
  await cast.test.close();
  report(`${pairs} pairs of answers of the same bytes`);
});

/** Everything that a caller gets, but for what tells one request from another. */
function bytesOf({ status, headers, text }: Answer): string {
  const own = /^(x-request-id|date|ratelimit.*)$/;
  const kept = [...headers].filter(([name]) => !own.test(name)).map(([name, value]) => `${name}: ${value}`);
  return [status, ...kept.sort(), text].join("\n");
}

async function compare(player: Player, { name, document, inputs }: Twins): Promise<void> {
  const client = cast.test.client(player.secret);
  const [hidden, ...others] = inputs;
  const wanted = bytesOf(await client.send(document, hidden));
  for (const other of others) {
    const got = bytesOf(await client.send(document, other));
    pairs += 1;
    expect([player.name, name, JSON.stringify(other), got]).toEqual([
      player.name,
      name,
      JSON.stringify(other),
      wanted,
    ]);
  }
}

const isWanted = (player: Player, name: string): boolean => isAsked(numberOf(`${player.name} ${name}`));

const askers = (): [Player, Asker][] =>
  cast.players
    .filter(({ secret }) => secret !== null)
    .map((player) => [player, askerOf(oracle.world, tokenOf(oracle.world, player.secret!))]);

describe("what is hidden and what is not there get the same bytes", () => {
  it.each(["node", "account", "organization", "repository"])(
    "from the query %s",
    async (field) => {
      const { world, relations } = oracle;
      const entries = entriesOf(world, []).filter((entry) => entry.field === field && entry.depth > 1);
      let compared = 0;
      for (const [player, asker] of askers()) {
        for (const entry of entries) {
          const root = { type: "Query", row: { id: 0 } };
          const thing = namedBy(`Query.${field}`, entry.type, {
            world,
            relations,
            asker,
            thing: root,
            args: entry.args,
          });
          if (thing === null || oracle.sees(asker, thing)) continue;
          compared += 1;
          if (isWanted(player, entry.label)) await compare(player, twinsOfEntry(entry));
        }
      }
      expect(compared).toBeGreaterThan(50);
    },
    patience,
  );

  it(
    "from every mutation that names something",
    async () => {
      const seen = new Set<string>();
      for (const [player, asker] of askers()) {
        for (const call of callsOf(oracle.world, asker, [])) {
          // A successor knows of the token that it replaces, which it may not see otherwise.
          const hidden = call.targets.filter(
            (target) => !oracle.sees(asker, target) && !call.row.endsWith("[by its successor]"),
          );
          if (hidden.length === 0 || hidden.at(-1) !== call.targets.at(-1)) continue;
          seen.add(call.row);
          if (isWanted(player, `${call.row} ${JSON.stringify(call.input)}`))
            await compare(player, twinsOfCall(call));
        }
      }
      const naming = callsOf(oracle.world, { kind: "anonymous" }, []).filter(
        ({ targets }) => targets.length > 0,
      );
      expect([...new Set(naming.map(({ row }) => row))].filter((row) => !seen.has(row))).toEqual([]);
      expect(await dump(cast.test)).toBe(before);
    },
    patience,
  );

  it(
    "from a mutation that is forbidden, whatever names in it are taken",
    async () => {
      const { relations, world } = oracle;
      for (const [player, asker] of askers()) {
        for (const twins of twinsOfTheForbidden(world)) {
          const { row, target, name } = twins;
          const standings = target === null ? relations.anywhere(asker) : relations.to(asker, target);
          const { outcome } = oracle.outcomeOf(row, standings);
          if (outcome !== "V" && isWanted(player, name)) await compare(player, twins);
        }
      }
      expect(await dump(cast.test)).toBe(before);
    },
    patience,
  );

  it(
    "from a list that is asked for what somebody made",
    async () => {
      for (const [player, asker] of askers()) {
        const hides = (thing: Parameters<Oracle["sees"]>[1]): boolean => !oracle.sees(asker, thing);
        for (const twins of twinsOfFilters(oracle.world, hides)) await compare(player, twins);
      }
    },
    patience,
  );

  it(
    "from a verification, to whoever may ask for one",
    async () => {
      const { world, relations } = oracle;
      const reaches = (secret: string, repository: string): boolean =>
        verify(world, relations, { secret, repository }).repositoryId !== null;
      for (const [player, asker] of askers()) {
        const { outcome } = oracle.outcomeOf("Query.verifyToken", relations.anywhere(asker));
        if (outcome !== "V") continue;
        for (const twins of twinsOfVerifications(world, cast.secrets, reaches))
          if (isWanted(player, twins.name)) await compare(player, twins);
      }
    },
    patience,
  );

  it("from a report of a leak, for a secret that is known, ended or made up", async () => {
    const inputs = [
      ...cast.strangers.map(({ secret }) => secret!),
      "twr_000000000000000000000000000000000D2eXj",
      "x",
    ];
    const document =
      "mutation($input: ReportLeakedTokenInput!) { reportLeakedToken(input: $input) { accepted } }";
    const twins = {
      name: "reportLeakedToken",
      document,
      inputs: inputs.map((secret) => ({ input: { secret } })),
    };
    for (const player of cast.players.slice(0, 3)) await compare(player, twins);
  });

  it("from every credential that is not good, but for an expired one", async () => {
    const made = [UNKNOWN, "twa_not-a-token", "nonsense"];
    const bad = cast.strangers.filter(({ refused }) => refused === "not found").map(({ secret }) => secret!);
    const answers = [];
    for (const secret of [...bad, ...made])
      answers.push(bytesOf(await cast.test.client(secret).send("{ viewer { token { id } } }")));
    expect(bad.length).toBeGreaterThan(4);
    expect(new Set(answers).size).toBe(1);
  });
});
