import type { Reader } from "./database";
import { translate } from "./failures";

export type Value = string | number | boolean | null;
type Rows = readonly (readonly Value[])[];
export type Parameters = Readonly<Record<string, Value | readonly Value[] | Rows>>;

/**
 * At most so many rows, by the parameter `limit`. Without the CAST, SQLite looks at the value while it plans, and plans
 * anew each time that one is bound.
 */
export const LIMITED = "LIMIT CAST(:limit AS INTEGER)";

/**
 * Runs SQL with `:name` parameters, and `:...names` for lists of values or of rows (never empty), in the placeholders
 * of the database at hand. Every value is bound: TypeORM's own replacement writes numbers into the text, which then is
 * prepared anew for each of them.
 */
export async function queryRows<Row>(db: Reader, sql: string, parameters: Parameters): Promise<Row[]> {
  const { options, logger } = db.dataSource;
  const plan = planOf(sql);
  if (options.type === "postgres") {
    const { text, values } = bind(plan, parameters, "$");
    return rowsOf<Row>(await db.query(text, values));
  }
  const { text, values } = bind(plan, parameters, "?");
  // Straight to the statement: TypeORM's way there is five promises and an event a query (docs/performance.md).
  void logger.logQuery(text, values);
  try {
    const { statement, RowOf } = prepare(db, text);
    const bound = values.map(toCell);
    if (RowOf !== null) return statement.all(bound).map((cells) => new RowOf(cells) as Row);
    statement.run(bound);
    return [];
  } catch (error) {
    throw translate(error);
  }
}

/** On SQLite: runs an INSERT with `?` for each list of cells, and gives the row ids of what it wrote. */
export function runForEach(db: Reader, text: string, lists: readonly (readonly Value[])[]): number[] {
  void db.dataSource.logger.logQuery(text, [...(lists[0] ?? [])]);
  try {
    const { statement } = prepare(db, text);
    return lists.map((cells) => Number(statement.run(cells).lastInsertRowid));
  } catch (error) {
    throw translate(error);
  }
}

/** What SQLite takes for a value. */
export const toCell = (value: Value): Value => (typeof value === "boolean" ? Number(value) : value);

/** TypeORM gives rows alone for SELECT and INSERT, and rows with their number for UPDATE and DELETE. */
function rowsOf<Row>(result: unknown): Row[] {
  const [first, second] = result as [unknown, unknown];
  return (Array.isArray(first) && typeof second === "number" ? first : result) as Row[];
}

/** The text between the parameters, and their names. */
interface Plan {
  readonly parts: readonly string[];
  readonly names: readonly string[];
  /** As it was written before, by how long the lists in it were. */
  readonly texts: Map<string, string>;
}

// The queries are written in the sources: there are as many as there are.
const plans = new Map<string, Plan>();
const parameter = /:(?:\.\.\.)?([A-Za-z]\w*)/g;

function planOf(sql: string): Plan {
  let plan = plans.get(sql);
  if (plan === undefined) {
    const found = [...sql.matchAll(parameter)];
    const ends = [0, ...found.map((match) => match.index + match[0].length)];
    const starts = [...found.map((match) => match.index), sql.length];
    const parts = ends.map((end, index) => sql.slice(end, starts[index]));
    plan = {
      parts,
      names: found.map(([, name = ""]) => name),
      texts: new Map(),
    };
    plans.set(sql, plan);
  }
  return plan;
}

/** The text with its placeholders, and what is bound to them. Lists as long as earlier ones find their text written. */
function bind(
  plan: Plan,
  parameters: Parameters,
  dialect: "?" | "$",
): { readonly text: string; readonly values: Value[] } {
  const values: Value[] = [];
  let shape: string = dialect;
  for (const name of plan.names) {
    const value = valueOf(parameters, name);
    if (!isList(value)) {
      values.push(value);
      continue;
    }
    for (const item of value)
      if (isList(item)) values.push(...item);
      else values.push(item);
    shape += ` ${value.length} ${values.length}`;
  }
  let text = plan.texts.get(shape);
  if (text === undefined) {
    text = textOf(plan, parameters, dialect);
    if (plan.texts.size >= MOST_PREPARED) plan.texts.clear();
    plan.texts.set(shape, text);
  }
  return { text, values };
}

function textOf({ parts, names }: Plan, parameters: Parameters, dialect: "?" | "$"): string {
  let position = 0;
  const mark = (value: Value | readonly Value[]): string => {
    if (isList(value)) return `(${value.map(mark).join(",")})`;
    position += 1;
    return dialect === "?" ? "?" : `$${position}`;
  };
  let text = parts[0] ?? "";
  for (const [index, name] of names.entries()) {
    const value = valueOf(parameters, name);
    text += (isList(value) ? value.map(mark).join(",") : mark(value)) + (parts[index + 1] ?? "");
  }
  return text;
}

function valueOf<V>(parameters: Readonly<Record<string, V>>, name: string): V {
  const value = parameters[name];
  if (value === undefined) throw new Error(`the query has no parameter ${name}`);
  return value;
}

const isList = <T>(value: T): value is Extract<T, readonly unknown[]> => Array.isArray(value);

/** What of a better-sqlite3 connection is used here. */
interface Connection {
  prepare(text: string): Statement;
}
interface Statement {
  /** Whether it gives rows. */
  readonly reader: boolean;
  /** From now on as lists of cells. */
  raw(): this;
  columns(): readonly { readonly name: string }[];
  all(values: readonly unknown[]): (readonly unknown[])[];
  run(values: readonly unknown[]): { readonly lastInsertRowid: number | bigint };
}

/** Lists of every length make statements of their own: those that were prepared first go first. */
const MOST_PREPARED = 500;
const prepared = new WeakMap<Connection, Map<string, Prepared>>();

interface Prepared {
  readonly statement: Statement;
  /** What it gives; null: nothing. */
  readonly RowOf: RowClass | null;
}

type RowClass = new (cells: readonly unknown[]) => object;

/** A row that is read where it is: to write its cells into an object takes as long as to read them from the disk. */
function rowClassOf(columns: readonly string[]): RowClass {
  class RowOf {
    constructor(readonly cells: readonly unknown[]) {}
  }
  for (const [index, name] of columns.entries())
    Object.defineProperty(RowOf.prototype, name, {
      get(this: RowOf) {
        return this.cells[index];
      },
    });
  return RowOf;
}

function prepare(db: Reader, text: string): Prepared {
  const { databaseConnection: connection } = db.dataSource.driver as unknown as {
    databaseConnection: Connection;
  };
  let statements = prepared.get(connection);
  if (statements === undefined) {
    statements = new Map<string, Prepared>();
    prepared.set(connection, statements);
  }
  let found = statements.get(text);
  if (found === undefined) {
    const statement = connection.prepare(text);
    const columns = statement.reader ? statement.raw().columns() : null;
    found = { statement, RowOf: columns && rowClassOf(columns.map(({ name }) => name)) };
    statements.set(text, found);
    if (statements.size > MOST_PREPARED) statements.delete(statements.keys().next().value ?? text);
  }
  return found;
}
