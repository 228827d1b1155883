import type { TestApp } from "../support/kit";
import type { Player } from "./cast";
import { mismatches } from "./compare";
import type { Expected, Oracle, Sel } from "./oracle";
import { type Asker, askerOf, tokenOf } from "./relations";
import { isAsked, mixed, numberOf, whole } from "./share";
import type { Args } from "./values";
import { type Entry, fieldFor, nameOf, type Step, type Style, styles, waysOf } from "./walk";
import { Writer } from "./write";

/**
 * Ways from one root field, as many as go into one document: the same for everyone and for every object, so that the
 * server has to look at it once.
 */
interface Sheet {
  readonly name: string;
  readonly number: number;
  readonly ways: readonly (readonly Step[])[];
  readonly depth: number;
}

function sheetsOf(entry: Entry, depth: number): Sheet[] {
  const sheets: Sheet[] = [];
  let ways: Step[][] = [];
  // The style that takes most words.
  let writer = new Writer("variables");
  const close = (): void => {
    const name = `${entry.field} ${entry.type} ${depth}.${sheets.length}`;
    if (ways.length > 0) sheets.push({ name, number: numberOf(name), ways, depth });
    ways = [];
    writer = new Writer("variables");
  };
  for (const way of waysOf(entry, depth)) {
    const field = fieldFor(way, entry.args, "p", "variables");
    if (!writer.add(field)) {
      close();
      writer.add(field);
    }
    ways.push(way);
  }
  close();
  return sheets;
}

export interface Totals {
  cells: number;
  documents: number;
  readonly ways: Set<string>;
}

/** A sheet in one style: its document, and the fields of it as the oracle takes them. */
interface Written {
  readonly text: string;
  readonly fields: readonly Sel[];
}

/** Asks players all that can be asked from one root field, and gathers where the answer is not what the table says. */
export class Interview {
  readonly wrong: string[] = [];
  private readonly written = new Map<string, Written>();
  private readonly numbers = new Map<string, number>();
  private readonly askers: ReadonlyMap<Player, Asker>;
  /** Who does not see what. */
  private readonly hidden = new Set<string>();

  constructor(
    private readonly test: TestApp,
    private readonly oracle: Oracle,
    private readonly players: readonly Player[],
    private readonly totals: Totals,
  ) {
    const { world } = oracle;
    this.askers = new Map(players.map((one) => [one, askerOf(world, tokenOf(world, one.secret ?? ""))]));
  }

  /** The entries differ in their arguments alone. */
  async run(entries: readonly Entry[]): Promise<void> {
    for (const depth of [1, 2, 3, 4]) {
      for (const sheet of sheetsOf(entries[0]!, depth)) {
        for (const entry of entries) {
          for (const player of this.players) await this.ask(sheet, entry, player);
        }
        await this.askInVain(sheet, entries[0]!);
      }
    }
  }

  private async ask(sheet: Sheet, entry: Entry, player: Player): Promise<void> {
    const who = `${player.name} ${entry.label}`;
    if (sheet.depth > Math.min(entry.depth, player.depth ?? 4) || this.hidden.has(who)) return;
    const number = this.numberFor(who);
    const chosen = styleOf(sheet, number);
    const isShort = sheet.depth === 1;
    // Whether the object is hidden has to be known even where this is not of the tenth.
    if (!isShort && !isWanted(number, sheet, chosen)) return;
    const isHidden = this.expect(sheet, chosen, entry, player).reached === 0;
    if (isHidden && !isShort) return;
    if (isHidden) this.hidden.add(who);
    // A refusal at the root is the same however the rest is written.
    for (const style of isShort && !isHidden && entry.depth === 4 ? styles : [chosen]) {
      if (!isWanted(number, sheet, style)) continue;
      const expected = this.expect(sheet, style, entry, player);
      await this.send(sheet, style, entry, player, { ...expected, cells: isHidden ? 1 : expected.cells });
    }
  }

  /** A way that leads to nothing for anyone is gone once all the same. */
  private async askInVain(sheet: Sheet, entry: Entry): Promise<void> {
    if (!whole || this.totals.ways.has(nameOf(sheet.ways[0]!))) return;
    const [player] = this.players;
    await this.send(sheet, "plain", entry, player!, this.expect(sheet, "plain", entry, player!));
  }

  private expect(sheet: Sheet, style: Style, entry: Entry, player: Player): Expected {
    const { fields } = this.write(sheet, style, entry.args);
    const asked = fields.map((field) => ({ ...field, args: { ...field.args, ...entry.args } }));
    return this.oracle.answer(this.askers.get(player)!, asked);
  }

  private async send(
    sheet: Sheet,
    style: Style,
    entry: Entry,
    player: Player,
    expected: Expected,
  ): Promise<void> {
    const variables = style === "variables" ? { ...entry.args, yes: true, no: false } : entry.args;
    const { text } = this.write(sheet, style, entry.args);
    const answer = await this.test.client(player.secret).send(text, variables);
    this.totals.documents += 1;
    this.totals.cells += expected.cells;
    for (const way of sheet.ways) this.totals.ways.add(nameOf(way));
    const found = mismatches(expected, answer);
    this.wrong.push(
      ...found.map((line) => `${player.name} ${entry.label}, ${sheet.name} (${style}): ${line}`),
    );
  }

  private numberFor(who: string): number {
    const number = this.numbers.get(who) ?? numberOf(who);
    this.numbers.set(who, number);
    return number;
  }

  private write(sheet: Sheet, style: Style, args: Args): Written {
    const name = `${sheet.name} ${style}`;
    const known = this.written.get(name);
    if (known !== undefined) return known;
    const writer = new Writer(style);
    const fields = sheet.ways.map((way, at) => fieldFor(way, args, `p${at}`, style));
    if (!fields.every((field) => writer.add(field))) throw new Error(`${name} is too large for one document`);
    const written = { text: writer.document(mixed(sheet.number, styles.indexOf(style))), fields };
    this.written.set(name, written);
    return written;
  }
}

const isWanted = (who: number, sheet: Sheet, style: Style): boolean =>
  isAsked(mixed(mixed(who, sheet.number), styles.indexOf(style)));

/** Where not every style is gone through: in the tenth the same one for all, which saves the most. */
const styleOf = (sheet: Sheet, who: number): Style =>
  styles[(whole || sheet.depth === 1 ? mixed(sheet.number, who) : sheet.number) % styles.length]!;
