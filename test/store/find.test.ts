import type { Logger } from "typeorm";
import { toAccount } from "../../src/store/account-store";
import { AccountEntity } from "../../src/store/account.entity";
import type { Reader } from "../../src/store/database";
import { findRows } from "../../src/store/find";
import { findGrantByDigest, findGrantById } from "../../src/store/grant-store";
import { findRepositories, findRepositoryBySlug } from "../../src/store/repository-store";
import { countTokens, findTokens, type TokenFilter } from "../../src/store/token-store";
import { TestApp } from "../support/kit";

let test: TestApp;
let db: Reader;
beforeAll(async () => {
  test = await TestApp.start();
  db = test.app.database.reader;
  await test.account({ login: "Ada", name: "Ada Lovelace", kind: "SERVICE" });
  await test.repository("gh/acme/api");
});
afterAll(() => test.close());

const accounts = (property: "id" | "loginKey", ...values: (number | string)[]) =>
  findRows(db, AccountEntity, property, values, toAccount);

interface Query {
  readonly sql: string;
  readonly parameters: unknown[];
}

/** Every query that is made meanwhile. */
async function queriesOf(work: () => Promise<void>): Promise<Query[]> {
  const queries: Query[] = [];
  const { dataSource } = db;
  const { logger } = dataSource;
  const logQuery = (sql: string, parameters: unknown[] = []): void => void queries.push({ sql, parameters });
  dataSource.logger = { logQuery } as unknown as Logger;
  try {
    await work();
  } finally {
    dataSource.logger = logger;
  }
  return queries;
}

describe("looking for rows by a unique property", () => {
  it("finds them as they are stored, one or many", async () => {
    const [ada] = await accounts("loginKey", "ada");
    expect(ada).toEqual({
      noun: "Account",
      id: expect.any(Number) as number,
      login: "Ada",
      name: "Ada Lovelace",
      kind: "SERVICE",
      isSiteAdmin: false,
      createdAt: expect.any(Date) as Date,
      suspendedAt: null,
    });
    expect((await accounts("loginKey", "ada", "admin")).map(({ login }) => login).sort()).toEqual([
      "Ada",
      "admin",
    ]);
    expect(await accounts("id", ada!.id)).toEqual([ada]);
  });

  it("gives nothing for what is not there: the row of nulls that is read instead is nobody", async () => {
    expect(await accounts("loginKey", "eve")).toEqual([]);
    expect(await accounts("loginKey", "eve", "mallory")).toEqual([]);
    expect(await accounts("id", 0)).toEqual([]);
    expect(await accounts("id")).toEqual([]);
    expect(await findGrantByDigest(db, "0".repeat(64))).toBeNull();
    expect(await findGrantById(db, 0)).toBeNull();
    expect(await findRepositoryBySlug(db, "gh/acme/nothing")).toBeNull();
    expect(await findRepositories(db, [0])).toEqual([]);
    expect(await findRepositories(db, [])).toEqual([]);
  });

  it("finds what is there among what is not", async () => {
    const repository = await findRepositoryBySlug(db, "gh/acme/api");
    expect(await findRepositories(db, [0, repository!.id, 999])).toEqual([repository]);
  });

  it("brings a row in any case: nothing found is read like something found", async () => {
    const asked = await queriesOf(async () => {
      await findGrantByDigest(db, "0".repeat(64));
      await findRepositoryBySlug(db, "gh/acme/nothing");
      await findRepositories(db, [0]);
      await findTokens(db, [0]);
      await accounts("loginKey", "eve");
      await accounts("loginKey", "ada");
    });
    const rows = asked.map(({ sql, parameters }) => db.query<unknown[]>(sql, parameters));
    expect((await Promise.all(rows)).map((found) => found.length)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe("a query that a builder makes", () => {
  it("is the same statement for another object and at another instant", async () => {
    const filter = (id: number): TokenFilter => ({
      ...{ of: { column: "repositoryId", id }, states: ["ACTIVE"], scope: null, createdById: 1 },
      ...{ expiresBefore: new Date(id), unusedSince: null },
    });
    const asked = await queriesOf(async () => {
      for (const number of [1, 2, 3]) await countTokens(db, filter(number), number);
    });
    expect(asked).toHaveLength(3);
    expect([...new Set(asked.map(({ sql }) => sql))]).toEqual([expect.stringMatching(/= (\?|\$\d)/)]);
  });
});
