import type { ObjectLiteral } from "typeorm";
import type { Tx } from "./database";

// SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535.
const MOST_PARAMETERS = 30_000;

interface Shape {
  readonly properties: readonly { name: string; to: (value: unknown) => unknown }[];
  readonly head: string;
  readonly tail: string;
}
type EntityClass<E extends ObjectLiteral> = new () => E;
const shapes = new WeakMap<EntityClass<ObjectLiteral>, Shape>();

/**
 * Inserts rows with as few statements as there can be, and gives their new ids in the order of the rows ([] for a
 * table without one). The columns come from the entity; a property that is missing is NULL.
 */
export async function insertRows<E extends ObjectLiteral>(
  tx: Tx,
  entity: EntityClass<E>,
  rows: readonly Partial<E>[],
): Promise<number[]> {
  const shape = shapes.get(entity) ?? describe(tx, entity);
  shapes.set(entity, shape);
  const placeholder = tx.dataSource.options.type === "postgres" ? (n: number) => `$${n}` : () => "?";
  const rowsAtOnce = Math.floor(MOST_PARAMETERS / shape.properties.length);
  const ids: number[] = [];
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const values: string[] = [];
    const parameters: unknown[] = [];
    for (const row of rows.slice(start, start + rowsAtOnce)) {
      const marks = shape.properties.map(({ name, to }) =>
        placeholder(parameters.push(to(row[name]) ?? null)),
      );
      values.push(`(${marks.join(",")})`);
    }
    const returned = await tx.query<{ id: number | string }[]>(
      `${shape.head} VALUES ${values.join(",")}${shape.tail}`,
      parameters,
    );
    // Both databases number the rows of a statement in the order given, but need not return them in it.
    if (shape.tail !== "") ids.push(...returned.map((row) => Number(row.id)).sort((a, b) => a - b));
  }
  return ids;
}

function describe(tx: Tx, entity: EntityClass<ObjectLiteral>): Shape {
  const metadata = tx.dataSource.getMetadata(entity);
  const columns = metadata.columns.filter((column) => !column.isGenerated);
  return {
    properties: columns.map((column) => {
      const transformer = column.transformer;
      const to =
        transformer && !Array.isArray(transformer) ? transformer.to.bind(transformer) : (v: unknown) => v;
      return { name: column.propertyName, to };
    }),
    head: `INSERT INTO "${metadata.tableName}" (${columns.map((column) => `"${column.databaseName}"`).join(",")})`,
    tail: metadata.generatedColumns.length === 0 ? "" : ' RETURNING "id"',
  };
}
