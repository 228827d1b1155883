import type { ObjectLiteral } from "typeorm";
import { digestOf } from "../secrets/digest";
import { AccountEntity } from "./account.entity";
import { AuditEventEntity } from "./audit-event.entity";
import { BuildEntity } from "./build.entity";
import { CollaboratorEntity } from "./collaborator.entity";
import type { Database, Reader, Tx } from "./database";
import { IdempotencyEntity } from "./idempotency.entity";
import { MembershipEntity } from "./membership.entity";
import { OrganizationEntity } from "./organization.entity";
import { LIMITED, type Parameters, queryRows } from "./query";
import { RepositoryEntity } from "./repository.entity";
import { TokenUsageClientEntity, TokenUsageDayEntity } from "./token-usage.entity";
import { TokenEntity } from "./token.entity";

/** Every table but the migrations and the epoch, which each database has of its own; what refers to others, behind them. */
export const copiedEntities = [
  AccountEntity,
  OrganizationEntity,
  MembershipEntity,
  RepositoryEntity,
  CollaboratorEntity,
  BuildEntity,
  TokenEntity,
  TokenUsageDayEntity,
  TokenUsageClientEntity,
  AuditEventEntity,
  IdempotencyEntity,
] as const;

// SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535.
const MOST_PARAMETERS = 30_000;
const MOST_ROWS = 1_000;

type Value = string | number | boolean | null;
type Cells = readonly Value[];

interface CopiedTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: unknown }[];
  readonly keys: readonly string[];
  /** Whether the database gives its ids, each once, also when rows are gone. */
  readonly isNumbered: boolean;
}

/** Told how many rows of a table have been copied, or compared. */
export type OnCopied = (what: string, done: number, total: number) => void;

/**
 * Copies every row into a database that holds none, and compares all of them, in one transaction of either: nobody
 * writes to the one, and all or nothing comes to be in the other. Ids stay, and none is given again that ever was.
 * Gives the number of rows. Throws when the target holds rows, or when what was written is not what was read.
 */
export function copyRows(source: Database, target: Database, onCopied: OnCopied): Promise<number> {
  const work = (from: Tx): Promise<number> =>
    target.write(async (to) => {
      const tables = copiedEntities.map((entity) => describe(from, entity));
      for (const { name } of tables) await refuseRows(to, name);
      let rows = 0;
      for (const table of tables) rows += await copyTable(from, to, table, onCopied);
      for (const table of tables) await compareTable(from, to, table, onCopied);
      return rows;
    });
  return source.write(work, { endsNoRight: true });
}

function describe(db: Reader, entity: new () => ObjectLiteral): CopiedTable {
  const { tableName, columns, primaryColumns, generatedColumns } = db.dataSource.getMetadata(entity);
  return {
    name: tableName,
    columns: columns.map((column) => ({ name: column.databaseName, type: column.type })),
    keys: primaryColumns.map((column) => column.databaseName),
    isNumbered: generatedColumns.length > 0,
  };
}

async function refuseRows(to: Tx, name: string): Promise<void> {
  const rows = await queryRows(to, `SELECT 1 AS one FROM "${name}" LIMIT 1`, {});
  if (rows.length > 0)
    throw new Error("--to: the database holds rows already (of " + name + "): take an empty one");
}

async function copyTable(from: Tx, to: Tx, table: CopiedTable, onCopied: OnCopied): Promise<number> {
  const total = await countRows(from, table);
  let done = 0;
  for await (const rows of pagesOf(from, table)) {
    await insert(to, table, rows);
    done += rows.length;
    onCopied(table.name, done, total);
  }
  if (table.isNumbered) await setLastId(to, table.name, await lastIdOf(from, table.name));
  return done;
}

/** Reads both again. The PostgreSQL side is never left alone for long: it gives idle transactions up. */
async function compareTable(from: Tx, to: Tx, table: CopiedTable, onCopied: OnCopied): Promise<void> {
  const total = await countRows(to, table);
  const [read, written] = await Promise.all([
    digestRows(from, table, () => undefined),
    digestRows(to, table, (done) => {
      onCopied(`${table.name}, compared`, done, total);
    }),
  ]);
  const lastIds = table.isNumbered ? [await lastIdOf(from, table.name), await lastIdOf(to, table.name)] : [];
  if (read !== written || lastIds[0] !== lastIds[1])
    throw new Error(`the rows of ${table.name} did not arrive as they are: nothing was copied`);
}

/** How many there are and what they are, in whatever order a database sorts its texts. */
async function digestRows(db: Tx, table: CopiedTable, onRows: (done: number) => void): Promise<string> {
  let count = 0;
  let sum = 0n;
  for await (const rows of pagesOf(db, table)) {
    for (const row of rows) sum = BigInt.asUintN(256, sum + BigInt(`0x${digestOf(JSON.stringify(row))}`));
    count += rows.length;
    onRows(count);
  }
  return `${count} ${sum}`;
}

/** All rows in small portions, by their key. */
async function* pagesOf(db: Tx, { name, columns, keys }: CopiedTable): AsyncGenerator<readonly Cells[]> {
  const limit = Math.min(MOST_ROWS, Math.floor(MOST_PARAMETERS / columns.length));
  const list = (names: readonly string[]): string => names.map((one) => `"${one}"`).join(", ");
  const marks = keys.map((_, index) => `:key${index}`).join(", ");
  let after: Parameters | null = null;
  for (;;) {
    const rows: Record<string, unknown>[] = await queryRows(
      db,
      `SELECT ${list(columns.map((column) => column.name))} FROM "${name}"
       ${after === null ? "" : `WHERE (${list(keys)}) > (${marks})`} ORDER BY ${list(keys)} ${LIMITED}`,
      { ...after, limit },
    );
    if (rows.length > 0)
      yield rows.map((row) => columns.map((column) => cellOf(row[column.name], column.type)));
    if (rows.length < limit) return;
    const last = rows.at(-1) ?? {};
    after = Object.fromEntries(keys.map((key, index) => [`key${index}`, last[key] as Value]));
  }
}

/** The same value from every database. */
function cellOf(cell: unknown, type: unknown): Value {
  if (cell === null) return null;
  if (type === "boolean") return Boolean(cell);
  return type === "bigint" ? Number(cell) : (cell as string);
}

async function insert(to: Tx, { name, columns }: CopiedTable, rows: readonly Cells[]): Promise<void> {
  const isPostgres = to.dataSource.options.type === "postgres";
  const bound: unknown[] = [];
  const mark = (value: Value): string => {
    const position = bound.push(typeof value === "boolean" && !isPostgres ? Number(value) : value);
    return isPostgres ? `$${position}` : "?";
  };
  const tuples = rows.map((row) => `(${row.map(mark).join(",")})`);
  const names = columns.map((column) => `"${column.name}"`);
  await to.query(`INSERT INTO "${name}" (${names.join(",")}) VALUES ${tuples.join(",")}`, bound);
}

async function countRows(db: Tx, { name }: CopiedTable): Promise<number> {
  const [row] = await queryRows<{ total: number | string }>(
    db,
    `SELECT count(*) AS total FROM "${name}"`,
    {},
  );
  return Number(row?.total ?? 0);
}

/** The highest id that was ever given; 0: none. */
async function lastIdOf(db: Tx, name: string): Promise<number> {
  const sql =
    db.dataSource.options.type === "postgres"
      ? `SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS last FROM "${name}_id_seq"`
      : `SELECT seq AS last FROM sqlite_sequence WHERE name = '${name}'`;
  const [row] = await queryRows<{ last: number | string }>(db, sql, {});
  return Number(row?.last ?? 0);
}

async function setLastId(to: Tx, name: string, last: number): Promise<void> {
  if (last === 0) return;
  if (to.dataSource.options.type === "postgres") {
    await queryRows(to, `SELECT setval('"${name}_id_seq"', :last)`, { last });
    return;
  }
  await queryRows(to, `DELETE FROM sqlite_sequence WHERE name = '${name}'`, {});
  await queryRows(to, `INSERT INTO sqlite_sequence (name, seq) VALUES ('${name}', :last)`, { last });
}
