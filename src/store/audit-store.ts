import type { AuditAction, AuditEvent } from "../domain/audit-event";
import { AuditEventEntity } from "./audit-event.entity";
import type { Reader, Tx } from "./database";
import { findRows } from "./find";
import { insertRows } from "./insert";
import { inOrderOf, type Slice } from "./slice";

export type NewAuditEvent = Omit<AuditEvent, "noun" | "id">;

const toAuditEvent = (row: AuditEventEntity): AuditEvent => ({ noun: "AuditEvent", ...row });

export async function insertAuditEvents(tx: Tx, events: readonly NewAuditEvent[]): Promise<void> {
  await insertRows(tx, AuditEventEntity, events);
}

export async function findAuditEvents(db: Reader, ids: readonly number[]): Promise<AuditEvent[]> {
  return findRows(db, AuditEventEntity, "id", ids, toAuditEvent);
}

/** Where a place in the list is: time first, because a line may be written later than what it tells of. */
export interface AuditKey {
  readonly at: number;
  readonly id: number;
}

export interface AuditFilter {
  /** Whose lines; null: the whole site's. */
  readonly about: {
    readonly column: "accountId" | "organizationId" | "repositoryId";
    readonly id: number;
  } | null;
  readonly actions: readonly AuditAction[] | null;
  readonly since: Date | null;
  readonly until: Date | null;
}

/** All conditions but whose they are. */
function matching(db: Reader, { actions, since, until }: Omit<AuditFilter, "about">) {
  const events = db.createQueryBuilder(AuditEventEntity, "e").where("1 = 1");
  // Once each, however often one is named: SQLite takes only so many terms.
  if (actions !== null) events.andWhere("e.action IN (:...actions)", { actions: [...new Set(actions)] });
  if (since !== null) events.andWhere("e.at >= :since", { since: since.getTime() });
  if (until !== null) events.andWhere("e.at < :until", { until: until.getTime() });
  return events;
}

export async function listAuditEvents(
  db: Reader,
  filter: AuditFilter,
  slice: Slice<AuditKey>,
): Promise<AuditEvent[]> {
  const { after, limit } = slice;
  const events = matching(db, filter);
  if (filter.about !== null) {
    const of = { column: `e.${filter.about.column}`, id: filter.about.id };
    const keys = after === null ? null : [after.at, after.id];
    inOrderOf(events, of, ["e.at", "e.id"], "DESC", { after: keys, limit });
  } else {
    if (after !== null) events.andWhere("(e.at, e.id) < (:at, :id)", { at: after.at, id: after.id });
    events.orderBy("e.at", "DESC").addOrderBy("e.id", "DESC").limit(limit);
  }
  const rows = await events.getMany();
  return rows.map(toAuditEvent);
}

export async function countAuditEvents(db: Reader, filter: AuditFilter): Promise<number> {
  const events = matching(db, filter);
  if (filter.about !== null) events.andWhere(`e.${filter.about.column} = :about`, { about: filter.about.id });
  return events.getCount();
}
