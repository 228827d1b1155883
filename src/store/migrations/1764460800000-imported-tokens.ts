import { type MigrationInterface, type QueryRunner, TableIndex } from "typeorm";

const INDEX = "ix_token_imported";

/** Whether there is any imported token is asked at every start: it must not take a look at all tokens. */
export class ImportedTokens1764460800000 implements MigrationInterface {
  readonly name = "ImportedTokens1764460800000";

  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndex(
      "token",
      new TableIndex({ name: INDEX, columnNames: ["id"], where: "imported" }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex("token", INDEX);
  }
}
