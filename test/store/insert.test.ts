import { AuditEventEntity } from "../../src/store/audit-event.entity";
import { AccountEntity } from "../../src/store/account.entity";
import { insertRows } from "../../src/store/insert";
import { MembershipEntity } from "../../src/store/membership.entity";
import { TestApp } from "../support/kit";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start()));
afterAll(() => test.close());

const event = (index: number) => ({
  at: new Date(index),
  action: "BUILD_REPORTED" as const,
  reason: `row ${index}`,
});
const account = (login: string) => ({
  login,
  loginKey: login,
  searchKey: login,
  kind: "USER" as const,
  isSiteAdmin: false,
  createdAt: new Date(0),
});

describe("inserting many rows", () => {
  // 14 columns: 2142 rows fit in a statement.
  it("gives their ids in the order of the rows, over several statements", async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => event(index));
    const ids = await test.app.database.write((tx) => insertRows(tx, AuditEventEntity, rows));
    expect(ids).toHaveLength(rows.length);
    expect(new Set(ids).size).toBe(rows.length);
    const stored = await test.rows<{ id: number; at: number; reason: string; scope: null }>(
      "SELECT id, at, reason, scope FROM audit_event WHERE action = 'BUILD_REPORTED'",
    );
    const byId = new Map(stored.map((row) => [row.id, row]));
    for (const [index, id] of ids.entries()) {
      expect(byId.get(id)).toEqual({ id, at: index, reason: `row ${index}`, scope: null });
    }
    expect(stored).toHaveLength(rows.length);
  });

  it("inserts none when one of a later statement is refused", async () => {
    const rows = Array.from({ length: 8000 }, (_, index) => account(`many-${index}`));
    rows[7999] = account("many-0");
    const work = test.app.database.write((tx) => insertRows(tx, AccountEntity, rows));
    await expect(work).rejects.toMatchObject({
      message: expect.stringMatching(/UNIQUE|duplicate key/) as string,
    });
    expect(await test.rows("SELECT id FROM account WHERE login LIKE 'many-%'")).toEqual([]);
  });

  it("never gives an id twice, not even that of a row that is gone", async () => {
    const insert = (login: string) =>
      test.app.database.write((tx) => insertRows(tx, AccountEntity, [account(login)]));
    const [first] = await insert("gone");
    await test.app.database.write((tx) => tx.delete(AccountEntity, first!));
    const [second] = await insert("next");
    expect(second).toBeGreaterThan(first!);
  });

  it("gives no ids for a table that has none", async () => {
    const [admin] = await test.rows<{ id: number }>("SELECT id FROM account WHERE login = 'admin'");
    await test.organization("gh/acme");
    const [acme] = await test.rows<{ id: number }>("SELECT id FROM organization WHERE slug = 'gh/acme'");
    const membership = { organizationId: acme!.id, accountId: admin!.id, role: "ADMIN" as const };
    const ids = await test.app.database.write((tx) => insertRows(tx, MembershipEntity, [membership]));
    expect(ids).toEqual([]);
    expect(await test.rows("SELECT role FROM membership")).toEqual([{ role: "ADMIN" }]);
  });

  it("does nothing for no rows", async () => {
    expect(await test.app.database.write((tx) => insertRows(tx, AccountEntity, []))).toEqual([]);
  });
});
