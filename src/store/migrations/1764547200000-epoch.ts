import { type MigrationInterface, type QueryRunner, Table } from "typeorm";

/** One row: which database this is, how often rights changed in it, and whether that was written down outside of it. */
export class Epoch1764547200000 implements MigrationInterface {
  readonly name = "Epoch1764547200000";

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: "epoch",
        columns: [
          { name: "database_id", type: "text", isPrimary: true },
          { name: "number", type: "bigint" },
          { name: "is_recorded", type: "boolean" },
        ],
      }),
    );
    await runner.query(`INSERT INTO epoch VALUES ('${crypto.randomUUID()}', 0, false)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable("epoch");
  }
}
