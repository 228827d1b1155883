import { nameOf, type Membership, type Organization, type OrganizationRole } from "../domain/organization";
import { foldCase } from "../domain/text";
import type { Reader, Tx } from "./database";
import { findRows } from "./find";
import { insertRows } from "./insert";
import { MembershipEntity } from "./membership.entity";
import { OrganizationEntity } from "./organization.entity";
import { LIMITED, queryRows } from "./query";
import { inKeyOrder, type Slice, substringPattern } from "./slice";

function toOrganization({ id, slug, name, createdAt }: OrganizationEntity): Organization {
  return { noun: "Organization", id, slug, name, createdAt };
}

export async function findOrganizationBySlug(db: Reader, slug: string): Promise<Organization | null> {
  const [organization] = await findRows(db, OrganizationEntity, "slugKey", [foldCase(slug)], toOrganization);
  return organization ?? null;
}

export async function findOrganizations(db: Reader, ids: readonly number[]): Promise<Organization[]> {
  return findRows(db, OrganizationEntity, "id", ids, toOrganization);
}

export async function insertOrganization(tx: Tx, slug: string, createdAt: Date): Promise<Organization> {
  const row = { slug, slugKey: foldCase(slug), name: nameOf(slug), createdAt };
  const [id = 0] = await insertRows(tx, OrganizationEntity, [row]);
  return toOrganization({ ...row, id });
}

function matching(db: Reader, query: string | null) {
  const organizations = db.createQueryBuilder(OrganizationEntity, "o");
  if (query !== null) {
    organizations.where("o.slugKey LIKE :pattern ESCAPE '\\'", {
      pattern: substringPattern(foldCase(query)),
    });
  }
  return organizations;
}

export async function listOrganizations(
  db: Reader,
  query: string | null,
  slice: Slice<string>,
): Promise<Organization[]> {
  const rows = await inKeyOrder(matching(db, query), "o.slugKey", slice).getMany();
  return rows.map(toOrganization);
}

export async function countOrganizations(db: Reader, query: string | null): Promise<number> {
  return matching(db, query).getCount();
}

export async function findRole(
  db: Reader,
  organizationId: number,
  accountId: number,
): Promise<OrganizationRole | null> {
  const row = await db.findOneBy(MembershipEntity, { organizationId, accountId });
  return row?.role ?? null;
}

export async function findRoles(
  db: Reader,
  accountId: number,
  organizationIds: readonly number[],
): Promise<Membership[]> {
  const rows = await queryRows<{ organization_id: number | string; role: OrganizationRole }>(
    db,
    `SELECT organization_id, role FROM membership
     WHERE account_id = :accountId AND organization_id IN (:...organizationIds)`,
    { accountId, organizationIds },
  );
  return rows.map((row) => ({ accountId, organizationId: Number(row.organization_id), role: row.role }));
}

export async function putMembership(tx: Tx, membership: Membership): Promise<void> {
  await tx.upsert(MembershipEntity, membership, ["organizationId", "accountId"]);
}

export async function deleteMembership(tx: Tx, organizationId: number, accountId: number): Promise<void> {
  await tx.delete(MembershipEntity, { organizationId, accountId });
}

/** Administrators of the organization that are not suspended, other than the one given. */
export async function otherAdminExists(
  db: Reader,
  organizationId: number,
  accountId: number,
): Promise<boolean> {
  // Account by account: joined, all accounts might be read in order.
  const rows = await queryRows(
    db,
    `SELECT 1 FROM membership m
     WHERE m.organization_id = :organizationId AND m.role = 'ADMIN' AND m.account_id <> :accountId
     AND (SELECT a.suspended_at FROM account a WHERE a.id = m.account_id) IS NULL LIMIT 1`,
    { organizationId, accountId },
  );
  return rows.length > 0;
}

/** A membership with the key that its list is sorted by. */
export interface KeyedMembership extends Membership {
  readonly key: string;
}

type MembershipRow = {
  account_id: number | string;
  organization_id: number | string;
  role: OrganizationRole;
  key: string;
};
const toMembership = (row: MembershipRow): KeyedMembership => ({
  accountId: Number(row.account_id),
  organizationId: Number(row.organization_id),
  role: row.role,
  key: row.key,
});

/** The members of an organization, by login. */
export async function listMembers(
  db: Reader,
  organizationId: number,
  slice: Slice<string>,
): Promise<KeyedMembership[]> {
  const rows = await queryRows<MembershipRow>(
    db,
    `SELECT m.account_id, m.organization_id, m.role, a.login_key AS "key"
     FROM membership m JOIN account a ON a.id = m.account_id
     WHERE m.organization_id = :organizationId AND a.login_key > :after ORDER BY a.login_key ${LIMITED}`,
    { organizationId, after: slice.after ?? "", limit: slice.limit },
  );
  return rows.map(toMembership);
}

/** The memberships of an account, by slug. */
export async function listMemberships(
  db: Reader,
  accountId: number,
  slice: Slice<string>,
): Promise<KeyedMembership[]> {
  const rows = await queryRows<MembershipRow>(
    db,
    `SELECT m.account_id, m.organization_id, m.role, o.slug_key AS "key"
     FROM membership m JOIN organization o ON o.id = m.organization_id
     WHERE m.account_id = :accountId AND o.slug_key > :after ORDER BY o.slug_key ${LIMITED}`,
    { accountId, after: slice.after ?? "", limit: slice.limit },
  );
  return rows.map(toMembership);
}

export async function countMemberships(
  db: Reader,
  by: { readonly organizationId: number } | { readonly accountId: number },
): Promise<number> {
  return db.countBy(MembershipEntity, by);
}
