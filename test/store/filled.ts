import type { TestApp } from "../support/kit";

/**
 * Rows enough that a look at all of them is dear, spread as on a platform: the first account, organization and
 * repository have many, all others few. Made by the database itself (PostgreSQL).
 */
const statements = [
  `INSERT INTO account (login, login_key, search_key, kind, is_site_admin, created_at)
   SELECT 'u' || n, 'u' || n, 'u' || n || E'\\nname ' || n, 'USER', n % 1000 = 0, n FROM generate_series(1, 5000) n`,
  `INSERT INTO organization (slug, slug_key, name, created_at)
   SELECT 'gh/o' || n, 'gh/o' || n, 'o' || n, n FROM generate_series(1, 5000) n`,
  `INSERT INTO membership (organization_id, account_id, role)
   SELECT DISTINCT ON (o, a) o, a, CASE WHEN a % 10 = 0 THEN 'ADMIN' ELSE 'MEMBER' END FROM (
     SELECT 1 + n % 4997 AS o, 1 + n % 4999 AS a FROM generate_series(1, 15000) n
     UNION SELECT 1, n FROM generate_series(1, 1000) n UNION SELECT n * 7, 1 FROM generate_series(1, 10) n) m`,
  `INSERT INTO repository (organization_id, slug, slug_key, name, default_branch, created_at)
   SELECT o, 'gh/o' || o || '/r' || n, 'gh/o' || o || '/r' || n, 'r' || n, 'main', n
   FROM (SELECT n, CASE WHEN n <= 2000 THEN 1 ELSE 2 + n % 4998 END AS o FROM generate_series(1, 20000) n) r`,
  `INSERT INTO collaborator (repository_id, account_id, scope)
   SELECT DISTINCT ON (r, a) r, a, CASE WHEN a % 5 = 0 THEN 'ADMIN' ELSE 'READ_ONLY' END FROM (
     SELECT 1 + n % 19997 AS r, 1 + n % 4999 AS a FROM generate_series(1, 30000) n
     UNION SELECT 1, n FROM generate_series(1, 1000) n UNION SELECT n * 7, 1 FROM generate_series(1, 50) n) c`,
  `INSERT INTO build (repository_id, number, branch, commit_sha, status, reported_at)
   SELECT CASE WHEN n <= 5000 THEN 1 ELSE 2 + n % 19990 END, n, CASE WHEN n % 3 = 0 THEN 'dev' ELSE 'main' END,
     md5(n::text), 'SUCCESS', n FROM generate_series(1, 40000) n`,
  `INSERT INTO token (kind, digest, hint, label, scope, account_id, repository_id, organization_id, created_by_id,
     created_by_token_id, created_at, expires_at, revoked_at, rotated_at, replaces_id, replaced_by_id,
     handover_started_at, handover_ends_at, awaits_first_use, imported)
   SELECT CASE WHEN a IS NULL THEN 'REPOSITORY' ELSE 'ACCOUNT' END, md5(n::text) || md5('x' || n), 'twr_0000', 'label',
     CASE WHEN a IS NULL THEN (ARRAY['STATUS', 'READ_ONLY', 'ADMIN'])[1 + n % 3] END,
     a, r, CASE WHEN r <= 2000 THEN 1 WHEN r > 0 THEN 2 + r % 4998 END, COALESCE(a, 1 + n % 5 * (n % 1000)), 1 + n % 2000, n,
     CASE WHEN n % 4 = 0 THEN n END, CASE WHEN n % 5 = 0 THEN n END, CASE WHEN n % 5 = 1 THEN n END,
     CASE WHEN n % 5 = 2 THEN n - 1 END, CASE WHEN n % 5 = 1 THEN n + 1 END,
     CASE WHEN n % 100 = 3 THEN n END, CASE WHEN n % 100 = 3 THEN 1e15 END, false, false
   FROM (SELECT n, CASE WHEN n % 10 = 0 THEN CASE WHEN n % 100 = 0 THEN 1 ELSE 1 + n % 4999 END END AS a,
           CASE WHEN n % 10 <> 0 THEN CASE WHEN n % 50 = 7 THEN 1 ELSE 1 + n % 19997 END END AS r
         FROM generate_series(1, 60000) n) t`,
  `INSERT INTO audit_event (at, action, actor_id, account_id, organization_id, repository_id)
   SELECT n, (ARRAY['TOKEN_CREATED', 'TOKEN_REVOKED', 'TOKEN_ROTATED', 'MEMBERSHIP_SET'])[1 + n % 4], 1 + n % 5000,
     CASE WHEN n % 10 = 0 THEN 1 + n % 5 * (n % 997) END, CASE WHEN n % 10 > 0 THEN 1 + n % 5 * (n % 199) END,
     CASE WHEN n % 10 > 2 THEN 1 + n % 5 * (n % 3989) END FROM generate_series(1, 60000) n`,
  "INSERT INTO token_usage_day SELECT 1 + n % 5000, n / 5000, 1 FROM generate_series(0, 40000) n",
  `INSERT INTO token_usage_client (token_id, client_key, last_used_at, count)
   SELECT 1 + n % 5000, n::text, n, 1 FROM generate_series(0, 40000) n`,
  `INSERT INTO idempotency (key_digest, token_id, input_digest, answer, sealed, created_at)
   SELECT md5(n::text), n, 'x', 'x', 'x', 1000 + n FROM generate_series(1, 20000) n`,
];

const WITHOUT_AUTOVACUUM = `DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = false)', name);
  END LOOP; END $$`;

/** Fills an empty database (PostgreSQL), and has the planner look at what is in it. */
export async function fillPostgres(test: TestApp): Promise<void> {
  await test.app.database.write(async (tx) => {
    // Where it comes by in between, the planner takes an index by itself for cheaper than it was before.
    await tx.query(WITHOUT_AUTOVACUUM);
    for (const statement of statements) await tx.query(statement);
    // So many rows are looked at that it is all of them: the same plans every time.
    await tx.query("SET LOCAL default_statistics_target = 1000");
    await tx.query("ANALYZE");
  });
}
