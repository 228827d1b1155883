import "./production";
import { assemble, type Cast, type Player } from "./cast";
import { entriesOf } from "./entries";
import { Oracle } from "./oracle";
import { isAsked, numberOf, patience, report } from "./share";
import { type Entry, fieldFor, nameOf, rootFields, styles, waysOf } from "./walk";
import { dump, readWorld } from "./world";
import { Writer } from "./write";

let cast: Cast;
let entries: readonly Entry[];
let before: string;
let cells = 0;

beforeAll(async () => {
  cast = await assemble();
  const { world } = new Oracle(await readWorld(cast.test));
  entries = entriesOf(world, cast.secrets);
  before = await dump(cast.test);
}, patience);

afterAll(async () => {
  await cast.test.close();
  report(`${cells} refusals of callers who present nothing or nothing good`);
});

/** Asks one way in one style, and gives what does not read as the refusal of the whole request. */
async function ask(
  { secret, refused }: Player,
  way: ReturnType<typeof waysOf>[number],
  entry: Entry,
): Promise<string[]> {
  const name = nameOf(way);
  const number = numberOf(`${name} ${entry.label}`);
  if (!isAsked(number)) return [];
  const style = styles[(number >>> 4) % styles.length]!;
  const writer = new Writer(style);
  writer.add(fieldFor(way, entry.args, "p", style));
  const variables = style === "variables" ? { ...entry.args, yes: true, no: false } : entry.args;
  const { status, headers, text } = await cast.test.client(secret).send(writer.document(number), variables);
  cells += 1;
  const message = refused ?? "authentication required";
  const wanted = JSON.stringify({ errors: [{ message, extensions: { code: "UNAUTHENTICATED" } }] });
  const challenge = headers.get("www-authenticate") ?? "none";
  const isRight =
    status === 401 &&
    text.trim() === wanted &&
    challenge ===
      (secret === null ? 'Bearer realm="tokenward"' : 'Bearer realm="tokenward", error="invalid_token"');
  return isRight ? [] : [`${name} (${style}): ${status} ${challenge} ${text.slice(0, 200)}`];
}

it.each(rootFields())(
  "without a token every way from $field to a $type and behind it is refused whole, in the same words",
  async (root) => {
    const chosen = entries.filter((entry) => entry.field === root.field && entry.type === root.type);
    const nobody = cast.players.find((player) => player.secret === null)!;
    const wrong: string[] = [];
    for (const entry of chosen) wrong.push(...(await ask(nobody, waysOf(root, 1)[0]!, entry)));
    for (const depth of [2, 3, 4]) {
      for (const [at, way] of waysOf(root, depth).entries())
        wrong.push(...(await ask(nobody, way, chosen[at % chosen.length]!)));
    }
    expect(wrong).toEqual([]);
  },
  patience,
);

it(
  "a credential that is not good is refused at every root field, in words that tell its kinds apart for nobody",
  async () => {
    const wrong: string[] = [];
    for (const stranger of cast.strangers) {
      for (const entry of entries.filter(({ depth }) => depth === 4)) {
        const found = await ask(stranger, waysOf(entry, 1)[0]!, entry);
        wrong.push(...found.map((line) => `${stranger.name}, ${line}`));
      }
    }
    expect(wrong).toEqual([]);
  },
  patience,
);

it("none of it changed anything", async () => {
  expect(cells).toBeGreaterThan(100);
  expect(await dump(cast.test)).toBe(before);
});
