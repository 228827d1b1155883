import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  type TableColumnOptions,
  TableForeignKey,
  TableIndex,
} from "typeorm";

const text = (name: string): TableColumnOptions => ({ name, type: "text" });
const number = (name: string): TableColumnOptions => ({ name, type: "bigint" });
const maybe = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
const key = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isPrimary: true });

const tokenColumns = {
  handover_started_at: "bigint",
  handover_ends_at: "bigint",
  overlap_seconds: "bigint",
  successor_used_at: "bigint",
  overlap_ends_at: "bigint",
  awaits_first_use: "boolean NOT NULL DEFAULT false",
  lapses_at: "bigint",
  reused_at: "bigint",
  use_count: "bigint NOT NULL DEFAULT 0",
  handover_use_base: "bigint NOT NULL DEFAULT 0",
} as const;

const open = "revoked_at IS NULL AND rotated_at IS NULL";
const tokenIndices = [
  new TableIndex({
    name: "ix_token_overlap",
    columnNames: ["overlap_ends_at"],
    where: `overlap_ends_at IS NOT NULL AND ${open}`,
  }),
  new TableIndex({
    name: "ix_token_handover",
    columnNames: ["handover_ends_at"],
    where: `handover_started_at IS NOT NULL AND ${open}`,
  }),
];

const ofToken = (table: string): TableForeignKey =>
  new TableForeignKey({
    name: `fk_${table}_token_id`,
    columnNames: ["token_id"],
    referencedTableName: "token",
    referencedColumnNames: ["id"],
  });

/** Rotation with an overlap, who uses a token, and answers kept for retries. */
export class Handovers1764374400000 implements MigrationInterface {
  readonly name = "Handovers1764374400000";

  async up(runner: QueryRunner): Promise<void> {
    // By hand, the same for both databases: TypeORM's `addColumns` copies the whole table on SQLite.
    for (const [name, type] of Object.entries(tokenColumns)) {
      await runner.query(`ALTER TABLE token ADD COLUMN ${name} ${type}`);
    }
    for (const index of tokenIndices) await runner.createIndex("token", index);
    await runner.createTable(
      new Table({
        name: "token_usage_day",
        columns: [key(number("token_id")), key(number("day")), number("count")],
        foreignKeys: [ofToken("token_usage_day")],
      }),
    );
    await runner.createTable(
      new Table({
        name: "token_usage_client",
        columns: [
          key(number("token_id")),
          key(text("client_key")),
          maybe(text("ip")),
          maybe(text("user_agent")),
          number("last_used_at"),
          number("count"),
        ],
        foreignKeys: [ofToken("token_usage_client")],
      }),
    );
    await runner.createTable(
      new Table({
        name: "idempotency",
        columns: [
          key(text("key_digest")),
          number("token_id"),
          text("input_digest"),
          text("answer"),
          text("sealed"),
          number("created_at"),
        ],
        indices: [new TableIndex({ name: "ix_idempotency_created", columnNames: ["created_at"] })],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ["idempotency", "token_usage_client", "token_usage_day"])
      await runner.dropTable(table);
    for (const index of tokenIndices) await runner.dropIndex("token", index);
    for (const name of Object.keys(tokenColumns)) await runner.query(`ALTER TABLE token DROP COLUMN ${name}`);
  }
}
