import type { Reader } from "./database";

type Value = string | number | boolean | null;
export type Parameters = Readonly<Record<string, Value | readonly Value[]>>;

/**
 * Runs SQL with `:name` parameters, and `:...names` for lists (never empty), in the placeholders of the database at
 * hand. Every value is bound: TypeORM's own replacement writes numbers into the text, which then is prepared anew
 * for each of them.
 */
export async function queryRows<Row>(db: Reader, sql: string, parameters: Parameters): Promise<Row[]> {
  const { parts, names } = planOf(sql);
  const numbered = db.dataSource.options.type === "postgres";
  const values: Value[] = [];
  const bind = (value: Value): string => {
    const position = values.push(value);
    return numbered ? `$${position}` : "?";
  };
  let text = parts[0] ?? "";
  for (const [index, name] of names.entries()) {
    const value = parameters[name];
    if (value === undefined) throw new Error(`the query has no parameter ${name}`);
    text += (isList(value) ? value.map(bind).join(",") : bind(value)) + (parts[index + 1] ?? "");
  }
  return db.query<Row[]>(text, values);
}

/** The text between the parameters, and their names. */
interface Plan {
  readonly parts: readonly string[];
  readonly names: readonly string[];
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
    plan = {
      parts: ends.map((end, index) => sql.slice(end, starts[index])),
      names: found.map(([, name = ""]) => name),
    };
    plans.set(sql, plan);
  }
  return plan;
}

const isList = (value: Value | readonly Value[]): value is readonly Value[] => Array.isArray(value);
