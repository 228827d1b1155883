import Sqlite from "better-sqlite3";

export interface TokenRow {
  readonly id: number;
  readonly label: string;
  readonly repository_id: number | null;
  readonly organization_id: number | null;
  readonly revoked_at: number | null;
  readonly revoke_reason: string | null;
  readonly rotated_at: number | null;
  readonly replaces_id: number | null;
  readonly replaced_by_id: number | null;
}
export interface LineRow {
  readonly id: number;
  readonly request_id: string;
  readonly action: string;
  readonly account_id: number | null;
  readonly repository_id: number | null;
  readonly token_id: number | null;
  readonly reason: string | null;
}
interface RepositoryRow {
  readonly id: number;
  readonly slug: string;
  readonly organization_id: number;
}
interface Named {
  readonly id: number;
  readonly name: string;
}

/** Everything that is in the database at one moment, found by the names that mutations gave. */
export class Snapshot {
  readonly tokens: readonly TokenRow[];
  readonly tokensByLabel: ReadonlyMap<string, readonly TokenRow[]>;
  readonly tokensByReason: ReadonlyMap<string, readonly TokenRow[]>;
  readonly tokensById: ReadonlyMap<number, TokenRow>;
  readonly repositories: ReadonlyMap<string, RepositoryRow>;
  readonly repositoryIds: ReadonlySet<number>;
  readonly organizations: ReadonlyMap<string, number>;
  readonly accounts: ReadonlyMap<string, number>;
  readonly members: ReadonlySet<number>;
  readonly builds: ReadonlyMap<string, { readonly repository_id: number }>;
  readonly lines: readonly LineRow[];
  /** What SQLite itself finds wrong. */
  readonly damage: readonly unknown[];

  constructor(path: string) {
    const db = new Sqlite(path, { readonly: true });
    const all = <Row>(sql: string): Row[] => db.prepare<[], Row>(sql).all();
    const named = (sql: string): Map<string, number> =>
      new Map(all<Named>(sql).map((row) => [row.name, row.id]));
    try {
      // One transaction: nothing changes in between.
      db.exec("BEGIN");
      this.tokens = all<TokenRow>(
        `SELECT id, label, repository_id, organization_id, revoked_at, revoke_reason, rotated_at, replaces_id,
           replaced_by_id FROM token WHERE kind = 'REPOSITORY' ORDER BY id`,
      );
      const repositories = all<RepositoryRow>("SELECT id, slug, organization_id FROM repository");
      this.repositories = new Map(repositories.map((row) => [row.slug, row]));
      this.repositoryIds = new Set(repositories.map((row) => row.id));
      this.organizations = named("SELECT id, slug AS name FROM organization");
      this.accounts = named("SELECT id, login AS name FROM account");
      this.members = new Set(
        all<{ id: number }>("SELECT account_id AS id FROM membership").map((row) => row.id),
      );
      this.builds = new Map(
        all<{ commit_sha: string; repository_id: number }>("SELECT commit_sha, repository_id FROM build").map(
          (row) => [row.commit_sha, row],
        ),
      );
      this.lines = all<LineRow>(
        "SELECT id, request_id, action, account_id, repository_id, token_id, reason FROM audit_event ORDER BY id",
      );
      const integrity = all<{ integrity_check: string }>("PRAGMA integrity_check");
      this.damage = [
        ...integrity.filter((row) => row.integrity_check !== "ok"),
        ...all("PRAGMA foreign_key_check"),
      ];
    } finally {
      db.close();
    }
    this.tokensByLabel = grouped(this.tokens, (token) => token.label);
    this.tokensByReason = grouped(this.tokens, (token) => token.revoke_reason ?? "");
    this.tokensById = new Map(this.tokens.map((token) => [token.id, token]));
  }

  /** The live tokens of a repository. */
  liveOf(repositoryId: number): TokenRow[] {
    return this.tokens.filter(
      (token) =>
        token.repository_id === repositoryId && token.revoked_at === null && token.rotated_at === null,
    );
  }
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
