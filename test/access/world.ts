import { onPostgres } from "../support/databases";
import type { TestApp } from "../support/kit";
import type { Scope } from "./table";

/** The rows of one state of the server, read past its code straight from the database: what the oracle judges by. */
export interface World {
  /** The clock, which stands still. */
  readonly now: number;
  readonly accounts: readonly AccountRow[];
  readonly organizations: readonly OrganizationRow[];
  readonly memberships: readonly MembershipRow[];
  readonly repositories: readonly RepositoryRow[];
  readonly collaborators: readonly CollaboratorRow[];
  readonly builds: readonly BuildRow[];
  readonly tokens: readonly TokenRow[];
  readonly auditEvents: readonly AuditEventRow[];
}

export interface AccountRow {
  readonly id: number;
  readonly login: string;
  readonly kind: "USER" | "SERVICE";
  readonly isSiteAdmin: boolean;
  readonly suspendedAt: number | null;
}
export interface OrganizationRow {
  readonly id: number;
  readonly slug: string;
}
export interface MembershipRow {
  readonly organizationId: number;
  readonly accountId: number;
  readonly role: "MEMBER" | "ADMIN";
}
export interface RepositoryRow {
  readonly id: number;
  readonly organizationId: number;
  readonly slug: string;
  readonly name: string;
  readonly defaultBranch: string;
}
export interface CollaboratorRow {
  readonly repositoryId: number;
  readonly accountId: number;
  readonly scope: Scope;
}
export interface BuildRow {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly branch: string;
  readonly commit: string;
  readonly status: string;
}
export interface TokenRow {
  readonly id: number;
  readonly kind: "ACCOUNT" | "REPOSITORY";
  readonly scope: Scope | null;
  readonly digest: string;
  readonly accountId: number | null;
  readonly repositoryId: number | null;
  readonly createdById: number | null;
  readonly createdByTokenId: number | null;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly rotatedAt: number | null;
  readonly replacesId: number | null;
  readonly replacedById: number | null;
  readonly handoverStartedAt: number | null;
  readonly handoverEndsAt: number | null;
  readonly successorUsedAt: number | null;
  readonly overlapEndsAt: number | null;
  readonly awaitsFirstUse: boolean;
}
export interface AuditEventRow {
  readonly id: number;
  readonly at: number;
  readonly action: string;
  readonly actorId: number | null;
  readonly actorTokenId: number | null;
  readonly accountId: number | null;
  readonly organizationId: number | null;
  readonly repositoryId: number | null;
  readonly tokenId: number | null;
}

const tables: { readonly [N in Exclude<keyof World, "now">]: string } = {
  accounts: "account",
  organizations: "organization",
  memberships: "membership",
  repositories: "repository",
  collaborators: "collaborator",
  builds: "build",
  tokens: "token",
  auditEvents: "audit_event",
};

const inCamels = (name: string): string =>
  name.replace(/_sha$/, "").replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const booleans: ReadonlySet<string> = new Set(["isSiteAdmin", "imported", "awaitsFirstUse"]);

/** How often tokens were used, and by whom: every request adds to it. */
const counts: ReadonlySet<string> = new Set(["use_count", "handover_use_base"]);
/** Nor is the epoch, which moves on with every write. */
const tablesOfCounts: ReadonlySet<string> = new Set(["epoch", "token_usage_day", "token_usage_client"]);
const withoutCounts = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([column]) => !counts.has(column)));

function toRow(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(withoutCounts(row)).map(([column, cell]): [string, unknown] => {
    const name = inCamels(column);
    return [name, booleans.has(name) ? Boolean(cell) : cell];
  });
  return Object.fromEntries(entries);
}

export async function readWorld(test: TestApp): Promise<World> {
  const read = async ([name, table]: [string, string]): Promise<[string, unknown]> => {
    const rows = await test.rows(`SELECT * FROM ${table} ORDER BY 1, 2`);
    return [name, rows.map(toRow)];
  };
  const found = await Promise.all(Object.entries(tables).map(read));
  return { now: test.now(), ...Object.fromEntries(found) } as unknown as World;
}

/** Everything that is stored but for the uses of tokens, as one text: two of them are the same when nothing changed. */
export async function dump(test: TestApp): Promise<string> {
  const names = (await storedTables(test)).filter((name) => !tablesOfCounts.has(name));
  const tables = await Promise.all(names.map((name) => test.rows(`SELECT * FROM "${name}" ORDER BY 1, 2`)));
  return JSON.stringify(tables.map((rows) => rows.map(withoutCounts)));
}

/** What changes when anything was committed, by whomever. */
export async function commitNumber(test: TestApp): Promise<unknown> {
  const [row] = await test.rows(
    onPostgres ? "SELECT pg_current_wal_insert_lsn()::text AS at" : "PRAGMA data_version",
  );
  return Object.values(row!)[0];
}

async function storedTables(test: TestApp): Promise<string[]> {
  const found = await test.rows<{ name: string }>(
    onPostgres
      ? "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
      : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  return found.map(({ name }) => name);
}

/** Where copies of the tables are kept, and how they are put back without regard to what refers to what. */
const copies = onPostgres
  ? {
      here: "public",
      there: "kept",
      make: "CREATE SCHEMA kept",
      put: "SET LOCAL session_replication_role = replica",
    }
  : { here: "main", there: "temp", make: "SELECT 1", put: "PRAGMA defer_foreign_keys = ON" };

/** Keeps the state as it is now, and gives what brings it back: so that each change is asked of the same world. */
export async function keep(test: TestApp): Promise<() => Promise<void>> {
  const names = await storedTables(test);
  const { database } = test.app;
  const { here, there, make, put } = copies;
  await database.write(async (tx) => {
    await tx.query(make);
    for (const name of names)
      await tx.query(`CREATE TABLE ${there}."kept_${name}" AS SELECT * FROM "${name}"`);
  });
  return () =>
    database.write(async (tx) => {
      await tx.query(put);
      for (const name of names) {
        await tx.query(`DELETE FROM ${here}."${name}"`);
        await tx.query(`INSERT INTO ${here}."${name}" SELECT * FROM ${there}."kept_${name}"`);
      }
    });
}
