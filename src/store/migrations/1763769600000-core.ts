import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  type TableColumnOptions,
  TableIndex,
} from "typeorm";

const text = (name: string): TableColumnOptions => ({ name, type: "text" });
const number = (name: string): TableColumnOptions => ({ name, type: "bigint" });
const truth = (name: string): TableColumnOptions => ({ name, type: "boolean" });
const maybe = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
const primary = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isPrimary: true });

interface Reference {
  readonly column: string;
  readonly table: string;
}

export class Core1763769600000 implements MigrationInterface {
  readonly name = "Core1763769600000";

  async up(runner: QueryRunner): Promise<void> {
    // SQLite counts AUTOINCREMENT (ids are never given twice) only on INTEGER, which is 64 bits there.
    const id: TableColumnOptions = {
      name: "id",
      type: runner.dataSource.options.type === "postgres" ? "bigint" : "integer",
      isPrimary: true,
      isGenerated: true,
      generationStrategy: "increment",
    };
    // What lists are sorted by is compared byte by byte on every database, whatever its locale.
    const key = (name: string): TableColumnOptions => ({
      ...text(name),
      ...(runner.dataSource.options.type === "postgres" ? { collation: "C" } : {}),
    });
    const table = async (
      name: string,
      columns: TableColumnOptions[],
      references: Reference[],
      indices: TableIndex[],
    ): Promise<void> => {
      const foreignKeys = references.map((reference) => ({
        name: `fk_${name}_${reference.column}`,
        columnNames: [reference.column],
        referencedTableName: reference.table,
        referencedColumnNames: ["id"],
      }));
      await runner.createTable(new Table({ name, columns, foreignKeys, indices }));
    };
    const index = (name: string, columnNames: string[], where?: string): TableIndex =>
      new TableIndex({ name: `ix_${name}`, columnNames, ...(where === undefined ? {} : { where }) });
    const unique = (name: string, columnNames: string[]): TableIndex =>
      new TableIndex({ name: `ux_${name}`, columnNames, isUnique: true });

    await table(
      "account",
      [
        id,
        text("login"),
        key("login_key"),
        key("search_key"),
        maybe(text("name")),
        text("kind"),
        truth("is_site_admin"),
        number("created_at"),
        maybe(number("suspended_at")),
      ],
      [],
      [
        unique("account_login_key", ["login_key"]),
        index("account_site_admin", ["id"], "is_site_admin AND suspended_at IS NULL"),
      ],
    );
    await table(
      "organization",
      [id, text("slug"), key("slug_key"), text("name"), number("created_at")],
      [],
      [unique("organization_slug_key", ["slug_key"])],
    );
    await table(
      "membership",
      [primary(number("organization_id")), primary(number("account_id")), text("role")],
      [
        { column: "organization_id", table: "organization" },
        { column: "account_id", table: "account" },
      ],
      [index("membership_account", ["account_id", "organization_id"])],
    );
    await table(
      "repository",
      [
        id,
        number("organization_id"),
        text("slug"),
        key("slug_key"),
        text("name"),
        maybe(text("description")),
        text("default_branch"),
        number("created_at"),
      ],
      [{ column: "organization_id", table: "organization" }],
      [
        unique("repository_slug_key", ["slug_key"]),
        index("repository_organization", ["organization_id", "slug_key"]),
      ],
    );
    await table(
      "collaborator",
      [primary(number("repository_id")), primary(number("account_id")), text("scope")],
      [
        { column: "repository_id", table: "repository" },
        { column: "account_id", table: "account" },
      ],
      [index("collaborator_account", ["account_id", "repository_id"])],
    );
    await table(
      "build",
      [
        id,
        number("repository_id"),
        number("number"),
        text("branch"),
        text("commit_sha"),
        text("status"),
        maybe(text("url")),
        number("reported_at"),
      ],
      [{ column: "repository_id", table: "repository" }],
      [
        unique("build_number", ["repository_id", "number"]),
        index("build_branch", ["repository_id", "branch", "number"]),
      ],
    );
    // No foreign key to the repository: its tokens and audit lines outlive it.
    const open = "revoked_at IS NULL AND rotated_at IS NULL";
    await table(
      "token",
      [
        id,
        text("kind"),
        text("digest"),
        text("hint"),
        maybe(text("scope")),
        text("label"),
        maybe(number("account_id")),
        maybe(number("repository_id")),
        maybe(number("organization_id")),
        maybe(number("created_by_id")),
        maybe(number("created_by_token_id")),
        number("created_at"),
        maybe(number("expires_at")),
        maybe(number("last_used_at")),
        maybe(number("revoked_at")),
        maybe(number("revoked_by_id")),
        maybe(text("revoke_reason")),
        maybe(number("rotated_at")),
        maybe(number("replaces_id")),
        maybe(number("replaced_by_id")),
        truth("imported"),
      ],
      [
        { column: "account_id", table: "account" },
        { column: "organization_id", table: "organization" },
        { column: "created_by_id", table: "account" },
      ],
      [
        unique("token_digest", ["digest"]),
        index("token_account", ["account_id", "id"], "account_id IS NOT NULL"),
        index("token_account_open", ["account_id", "id"], `account_id IS NOT NULL AND ${open}`),
        index("token_repository", ["repository_id", "id"], "repository_id IS NOT NULL"),
        index("token_repository_open", ["repository_id", "id"], `repository_id IS NOT NULL AND ${open}`),
        index("token_organization", ["organization_id", "id"], "organization_id IS NOT NULL"),
        index(
          "token_organization_open",
          ["organization_id", "id"],
          `organization_id IS NOT NULL AND ${open}`,
        ),
        index("token_creator", ["created_by_id", "organization_id", "repository_id", "id"]),
        index("token_creating_token", ["created_by_token_id"], "created_by_token_id IS NOT NULL"),
        index("token_replaces", ["replaces_id"], "replaces_id IS NOT NULL"),
      ],
    );
    await table(
      "audit_event",
      [
        id,
        number("at"),
        text("action"),
        maybe(text("request_id")),
        maybe(number("actor_id")),
        maybe(number("actor_token_id")),
        maybe(number("account_id")),
        maybe(number("organization_id")),
        maybe(number("repository_id")),
        maybe(number("token_id")),
        maybe(text("scope")),
        maybe(text("role")),
        maybe(text("reason")),
        maybe(text("ip")),
        maybe(text("user_agent")),
      ],
      [],
      [
        index("audit_event_at", ["at", "id"]),
        index("audit_event_account", ["account_id", "at", "id"], "account_id IS NOT NULL"),
        index("audit_event_organization", ["organization_id", "at", "id"], "organization_id IS NOT NULL"),
        index("audit_event_repository", ["repository_id", "at", "id"], "repository_id IS NOT NULL"),
      ],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of [
      "audit_event",
      "token",
      "build",
      "collaborator",
      "repository",
      "membership",
      "organization",
    ]) {
      await runner.dropTable(name);
    }
    await runner.dropTable("account");
  }
}
