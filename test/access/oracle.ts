import { type Asker, kindOfToken, Relations, type Standing, type Thing } from "./relations";
import { columns, type Outcome, type Row, type Scope, table } from "./table";
import { type Args, listedIn, namedBy, OPAQUE, plainValue } from "./values";
import { verify } from "./verify";
import type { RepositoryRow, TokenRow, World } from "./world";

/** A field asked for, with what is asked of it. */
export interface Sel {
  readonly field: string;
  /** Its key in the answer. */
  readonly key: string;
  readonly args: Args;
  /** The type of object that it stands in. */
  readonly on: string;
  /** Its own type, where that is an object: for node(id) the one that is meant. */
  readonly type: string | null;
  readonly children: readonly Sel[];
  /** Whether it is a cell of its own, and not only the way to others. */
  readonly asked: boolean;
}

export interface Refusal {
  readonly code: string;
  readonly requiredScope?: Scope;
  readonly grantedScope?: Scope | null;
}

/** What an answer has to be. */
export interface Expected {
  readonly data: Record<string, unknown>;
  /** By path. */
  readonly errors: Map<string, Refusal>;
  /** Cells: fields asked of objects. */
  cells: number;
  /** How many objects the asked fields were asked of. */
  reached: number;
}

const rank: Readonly<Record<Outcome, number>> = { V: 5, S: 5, L: 5, N: 4, F: 3, f: 3, U: 2, "0": 1, ".": 0 };

interface Decision {
  readonly outcome: Outcome;
  /** The scope needed, where scopes decide. */
  readonly scope: Scope | null;
}

interface List {
  readonly node: string;
  readonly things: readonly Thing[];
  readonly total: number;
}

/**
 * Answers documents by the access table and the rows of the database alone. `standing`: the world that decides who is
 * what to whom, where it is not the one that the values are of (a mutation's answer is given with what its caller had).
 */
export class Oracle {
  readonly relations: Relations;
  private readonly decisions = new WeakMap<readonly Standing[], Map<string, Decision>>();
  /** Cells of the table that decided something: row and column. */
  readonly met = new Set<string>();
  /** Tokens that a mutation made, rotated or ended: its caller sees them in the answer. */
  revealed: ReadonlySet<number> = new Set();

  constructor(
    readonly world: World,
    readonly standing: World = world,
  ) {
    this.relations = new Relations(standing);
  }

  answer(
    asker: Asker,
    selections: readonly Sel[],
    root: Thing = { type: "Query", row: { id: 0 } },
  ): Expected {
    const expected: Expected = { data: {}, errors: new Map(), cells: 0, reached: 0 };
    Object.assign(expected.data, this.select(asker, root, selections, "", expected));
    return expected;
  }

  /** What the table says: the best of all columns that fit. */
  outcomeOf(name: string, standings: readonly Standing[]): Decision {
    const known = this.decisions.get(standings) ?? new Map<string, Decision>();
    this.decisions.set(standings, known);
    const decision = known.get(name) ?? this.decide(name, standings);
    known.set(name, decision);
    return decision;
  }

  /** Cells of these rows that nothing has asked for yet. */
  unmet(rows: readonly Row[]): string[] {
    return rows.flatMap((row) =>
      columns
        .filter((column) => row.cells[column] !== "." && row.cells[column] !== "U")
        .map((column) => `${row.name} | ${column}`)
        .filter((cell) => !this.met.has(cell)),
    );
  }

  private decide(name: string, standings: readonly Standing[]): Decision {
    let best: Decision = { outcome: ".", scope: null };
    let cells: string[] = [];
    for (const { kind, columns: fitting } of standings) {
      const row = table.get(`${name} ${kind}`) ?? table.get(name);
      if (row === undefined) continue;
      for (const column of fitting) {
        const outcome = row.cells[column];
        if (rank[outcome] < rank[best.outcome] || outcome === ".") continue;
        if (rank[outcome] > rank[best.outcome]) {
          best = { outcome, scope: row.scope };
          cells = [];
        }
        cells.push(`${row.name} | ${column}`);
      }
    }
    if (best.outcome === ".") {
      const who = standings.map((one) => `${one.kind} ${one.columns.join(", ")}`).join("; ");
      throw new Error(`the table says nothing of ${name} for ${who}`);
    }
    for (const cell of cells) this.met.add(cell);
    return best;
  }

  sees(asker: Asker, thing: Thing): boolean {
    if (thing.type === "Token" && this.revealed.has(thing.row.id)) return true;
    if (!hasObjectRow(thing.type)) return true;
    return this.outcomeOf(thing.type, this.relations.to(asker, thing)).outcome === "V";
  }

  /** A whole list of an object; null: the caller does not get it. */
  list(asker: Asker, thing: Thing, field: string): readonly Thing[] | null {
    if (!this.sees(asker, thing)) return null;
    const coordinate = `${thing.type}.${field}`;
    const { outcome } = this.outcomeOf(coordinate, this.standingsOf(asker, thing, coordinate));
    if (outcome !== "V" && outcome !== "L") return null;
    const question = { world: this.world, relations: this.relations, asker, thing, args: {} };
    const things = listedIn(coordinate, question);
    return outcome === "L" ? things.filter((item) => this.sees(asker, item)) : things;
  }

  private select(
    asker: Asker,
    thing: Thing,
    selections: readonly Sel[],
    path: string,
    expected: Expected,
  ): Record<string, unknown> {
    const data: Record<string, unknown> = {};
    if (selections.some((one) => one.asked)) expected.reached += 1;
    for (const one of selections) {
      if (one.asked) expected.cells += 1;
      data[one.key] = this.field(asker, thing, one, path === "" ? one.key : `${path}.${one.key}`, expected);
    }
    return data;
  }

  private field(asker: Asker, thing: Thing, one: Sel, path: string, expected: Expected): unknown {
    if (one.field === "__typename") return thing.type;
    const coordinate = `${thing.type}.${one.field}`;
    const { outcome, scope } = this.outcomeOf(coordinate, this.standingsOf(asker, thing, coordinate));
    if (outcome === "F" || outcome === "f") {
      expected.errors.set(path, this.refusal(asker, thing, outcome, scope));
      return null;
    }
    if (outcome === "N") return null;
    const question = { world: this.world, relations: this.relations, asker, thing, args: one.args };
    if (one.type === null || /^TokenUsage\w/.test(one.type)) return plainValue(coordinate, question);
    if (one.type === "TokenVerification") return this.verification(asker, one, path, expected);
    const rows = (thing.row as unknown as Record<string, unknown>)[one.field];
    if (thing.type.endsWith("Payload") && Array.isArray(rows)) {
      return (rows as Thing["row"][]).map((row, at) =>
        this.select(asker, { type: one.type!, row }, one.children, `${path}.${at}`, expected),
      );
    }
    if (one.type.endsWith("Connection")) {
      const things = listedIn(coordinate, question);
      const shown = outcome === "L" ? things.filter((item) => this.sees(asker, item)) : things;
      return this.connection(asker, shown, one, path, expected);
    }
    const found = namedBy(coordinate, one.type, question);
    if (found === null || (outcome === "S" && !this.sees(asker, found))) return null;
    const shown = thing.type === "TokenVerification" ? { ...found, verified: true } : found;
    return this.select(asker, shown, one.children, path, expected);
  }

  private standingsOf(asker: Asker, thing: Thing, coordinate: string): Standing[] {
    // Whoever has a list has its edges; whoever has a revealed token has its fields.
    const standings = this.relations.to(asker, thing);
    if (thing.verified === true) {
      const [anywhere] = this.relations.anywhere(asker);
      return [...standings, { kind: "in a TokenVerification", columns: anywhere!.columns }];
    }
    if (thing.type === "Token" && this.revealed.has(thing.row.id) && table.has(`${coordinate} of an account`))
      return [...standings, { kind: kindOfToken(thing.row as TokenRow), columns: ["itself"] }];
    return standings;
  }

  private refusal(asker: Asker, thing: Thing, outcome: Outcome, scope: Scope | null): Refusal {
    if (outcome === "f" || scope === null) return { code: "FORBIDDEN" };
    const grantedScope = this.relations.scopeOn(asker, thing.row as RepositoryRow);
    return { code: "FORBIDDEN", requiredScope: scope, grantedScope };
  }

  private connection(
    asker: Asker,
    things: readonly Thing[],
    one: Sel,
    path: string,
    expected: Expected,
  ): unknown {
    const first = (one.args.first as number | undefined) ?? 50;
    const list: List = {
      node: one.type!.replace("Connection", ""),
      things: things.slice(0, first),
      total: things.length,
    };
    return this.within(asker, list, one.children, path, expected);
  }

  private within(
    asker: Asker,
    list: List,
    selections: readonly Sel[],
    path: string,
    expected: Expected,
  ): Record<string, unknown> {
    const data: Record<string, unknown> = {};
    const { things } = list;
    for (const { field, key, children, asked } of selections) {
      const here = `${path}.${key}`;
      if (asked) expected.cells += 1;
      switch (field) {
        case "__typename":
          data[key] = `${list.node}Connection`;
          break;
        case "totalCount":
          data[key] = list.total;
          break;
        case "nodes":
          data[key] = things.map((thing, at) =>
            this.select(asker, thing, children, `${here}.${at}`, expected),
          );
          break;
        case "edges":
          data[key] = things.map((thing, at) =>
            this.edge(asker, { ...list, things: [thing] }, children, `${here}.${at}`, expected),
          );
          break;
        case "pageInfo":
          data[key] = Object.fromEntries(children.map((child) => [child.key, pageInfo(list, child.field)]));
          expected.cells += children.filter((child) => child.asked).length;
          break;
        default:
          throw new Error(`a list has no ${field}`);
      }
    }
    return data;
  }

  private edge(
    asker: Asker,
    list: List,
    selections: readonly Sel[],
    path: string,
    expected: Expected,
  ): unknown {
    const data: Record<string, unknown> = {};
    const [thing] = list.things;
    for (const { field, key, children, asked } of selections) {
      if (asked) expected.cells += 1;
      if (field === "__typename") data[key] = `${list.node}Edge`;
      else if (field === "cursor") data[key] = OPAQUE;
      else data[key] = this.select(asker, thing!, children, `${path}.${key}`, expected);
    }
    return data;
  }

  private verification(asker: Asker, one: Sel, path: string, expected: Expected): unknown {
    const answer = (input: unknown, at: string): unknown => {
      const row = verify(this.world, this.relations, input);
      return this.select(asker, { type: "TokenVerification", row }, one.children, at, expected);
    };
    const { input, inputs } = one.args as { input?: unknown; inputs?: readonly unknown[] };
    if (inputs === undefined) return answer(input, path);
    return inputs.map((each, at) => answer(each, `${path}.${at}`));
  }
}

const pageInfo = ({ things, total }: List, field: string): unknown => {
  switch (field) {
    case "hasNextPage":
      return total > things.length;
    case "hasPreviousPage":
      return false;
    case "startCursor":
    case "endCursor":
      return things.length === 0 ? null : OPAQUE;
    default:
      return "PageInfo";
  }
};

const rowsOfObjects = new Set([...table.keys()].map((name) => name.split(" ")[0]));
const hasObjectRow = (type: string): boolean => rowsOfObjects.has(type);
