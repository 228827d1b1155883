import type { TestApp } from "../support/kit";
import type { Player } from "./cast";
import { mismatches } from "./compare";
import type { Oracle, Sel } from "./oracle";
import { type Asker, askerOf, tokenOf } from "./relations";
import { isAsked, mixed, numberOf, whole } from "./share";
import type { Args } from "./values";
import { type Entry, fieldFor, type Step, type Style, styles, waysOf } from "./walk";
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
        for (const style of depth === 1 ? styles : [null]) {
          for (const entry of entries) {
            for (const player of this.players) await this.ask(sheet, style, entry, player);
          }
        }
      }
    }
  }

  private async ask(sheet: Sheet, fixed: Style | null, entry: Entry, player: Player): Promise<void> {
    if (sheet.depth > Math.min(entry.depth, player.depth ?? 4)) return;
    const who = `${player.name} ${entry.label}`;
    if (this.hidden.has(who)) return;
    const number = this.numberFor(who);
    const style = fixed ?? styleOf(sheet, number);
    const isWanted = isAsked(mixed(mixed(number, sheet.number), styles.indexOf(style)));
    // Whether the object is hidden has to be known even where this is not of the tenth.
    if (sheet.depth > 1 && !isWanted) return;
    const { text, fields } = this.write(sheet, style, entry.args);
    const expected = this.oracle.answer(
      this.askers.get(player)!,
      fields.map((field) => ({ ...field, args: { ...field.args, ...entry.args } })),
    );
    if (expected.reached === 0) {
      if (sheet.depth > 1) return;
      // A refusal at the root is the same however the rest is written: in one style each time.
      expected.cells = 1;
      if (style === styles.at(-1)) this.hidden.add(who);
      if (styles[number % styles.length] !== style) return;
    }
    if (!isWanted) return;
    const variables = style === "variables" ? { ...entry.args, yes: true, no: false } : entry.args;
    const answer = await this.test.client(player.secret).send(text, variables);
    this.totals.documents += 1;
    this.totals.cells += expected.cells;
    for (const way of sheet.ways) this.totals.ways.add(way.map((step) => step.field).join("."));
    const found = mismatches(expected, answer);
    this.wrong.push(...found.map((line) => `${who}, ${sheet.name} (${style}): ${line}`));
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

/** Long ways are written in one style each time; in the tenth in the same one for all, which saves the most. */
const styleOf = (sheet: Sheet, who: number): Style =>
  styles[(whole ? mixed(sheet.number, who) : sheet.number) % styles.length]!;
