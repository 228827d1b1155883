import type { ObjectLiteral } from "typeorm";
import type { Tx } from "./database";
import { runForEach, toCell, type Value } from "./query";

// PostgreSQL takes 65,535 parameters in a statement.
const MOST_PARAMETERS = 30_000;

interface Shape {
  readonly properties: readonly { name: string; to: (value: unknown) => Value | undefined }[];
  readonly head: string;
  /** Whether the table numbers its rows. */
  readonly hasId: boolean;
}
type EntityClass<E extends ObjectLiteral> = new () => E;
const shapes = new WeakMap<EntityClass<ObjectLiteral>, Shape>();

/**
 * Inserts rows, and gives their new ids in the order of the rows ([] for a table without one). The columns come from
 * the entity; a property that is missing is NULL.
 */
export async function insertRows<E extends ObjectLiteral>(
  tx: Tx,
  entity: EntityClass<E>,
  rows: readonly Partial<E>[],
): Promise<number[]> {
  const shape = shapes.get(entity) ?? describe(tx, entity);
  shapes.set(entity, shape);
  const { properties } = shape;
  if (tx.dataSource.options.type === "postgres") {
    const lists = rows.map((row) => properties.map(({ name, to }) => to(row[name]) ?? null));
    return insertAtOnce(tx, shape, lists);
  }
  const lists = rows.map((row) => properties.map(({ name, to }) => toCell(to(row[name]) ?? null)));
  const ids = runForEach(tx, `${shape.head} VALUES (${properties.map(() => "?").join(",")})`, lists);
  return shape.hasId ? ids : [];
}

/** With as few statements as there can be: each is a journey. */
async function insertAtOnce(
  tx: Tx,
  { properties, head, hasId }: Shape,
  lists: readonly (readonly Value[])[],
): Promise<number[]> {
  const rowsAtOnce = Math.floor(MOST_PARAMETERS / properties.length);
  const ids: number[] = [];
  for (let start = 0; start < lists.length; start += rowsAtOnce) {
    const some = lists.slice(start, start + rowsAtOnce);
    const parameters: Value[] = [];
    const values = some.map((list) => `(${list.map((value) => `$${parameters.push(value)}`).join(",")})`);
    const returned = await tx.query<{ id: number | string }[]>(
      `${head} VALUES ${values.join(",")}${hasId ? ' RETURNING "id"' : ""}`,
      parameters,
    );
    // It numbers the rows of a statement in the order given, but need not return them in it.
    if (hasId) ids.push(...returned.map((row) => Number(row.id)).sort((a, b) => a - b));
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
      return { name: column.propertyName, to: to as (value: unknown) => Value | undefined };
    }),
    head: `INSERT INTO "${metadata.tableName}" (${columns.map((column) => `"${column.databaseName}"`).join(",")})`,
    hasId: metadata.generatedColumns.length > 0,
  };
}
