import type { Reader } from "./database";

type Value = string | number | boolean | null;
export type Parameters = Readonly<Record<string, Value | readonly Value[]>>;

/**
 * Runs SQL with `:name` parameters, and `:...names` for lists (never empty), in the placeholders of the database at
 * hand. Every value is bound: TypeORM's own replacement writes numbers into the text, which then is prepared anew
 * for each of them.
 */
export async function queryRows<Row>(db: Reader, sql: string, parameters: Parameters): Promise<Row[]> {
  const values: Value[] = [];
  const numbered = db.dataSource.options.type === "postgres";
  const bind = (value: Value): string => {
    const position = values.push(value);
    return numbered ? `$${position}` : "?";
  };
  const text = sql.replace(/:(\.\.\.)?([A-Za-z]\w*)/g, (_whole, _list, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`the query has no parameter ${name}`);
    return isList(value) ? value.map(bind).join(",") : bind(value);
  });
  return db.query<Row[]>(text, values);
}

const isList = (value: Value | readonly Value[]): value is readonly Value[] => Array.isArray(value);
