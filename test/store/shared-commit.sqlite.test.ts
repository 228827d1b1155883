import Sqlite from "better-sqlite3";
import { TestApp } from "../support/kit";

/** Makes an account with no more than its row. */
const insert = (login: string): string =>
  `INSERT INTO account (login, login_key, search_key, kind, is_site_admin, created_at)
   VALUES ('${login}', '${login}', '${login}', 'USER', 0, 0)`;

let test: TestApp;
let commits = 0;
let beforeCommit: (() => void) | undefined;
beforeAll(async () => {
  test = await TestApp.start({
    hooks: {
      beforeCommit: () => {
        commits += 1;
        beforeCommit?.();
      },
    },
  });
});
afterAll(() => test.close());
beforeEach(() => {
  beforeCommit = undefined;
  commits = 0;
});

const write = (login: string, then?: () => Promise<void>): Promise<string> =>
  test.app.database.write(async (tx) => {
    await tx.query(insert(login));
    await then?.();
    return login;
  });
const stored = async (prefix: string): Promise<string[]> =>
  (
    await test.rows<{ login: string }>(`SELECT login FROM account WHERE login LIKE '${prefix}%' ORDER BY 1`)
  ).map(({ login }) => login);

describe("writes that wait at the same time", () => {
  it("share a commit, and are answered behind it", async () => {
    const answered: string[] = [];
    beforeCommit = () => {
      expect(answered).toEqual([]);
    };
    const writes = ["one-a", "one-b", "one-c"].map(async (login) => answered.push(await write(login)));
    await Promise.all(writes);
    expect(commits).toBe(1);
    expect(answered).toEqual(["one-a", "one-b", "one-c"]);
    expect(await stored("one-")).toEqual(answered);
  });

  it("are undone one by one: what another did stays, and is seen by those behind it", async () => {
    const refusal = new Error("refused");
    let seen: unknown;
    const outcomes = await Promise.allSettled([
      write("two-a"),
      write("two-b", () => Promise.reject(refusal)),
      test.app.database.write(async (tx) => {
        seen = await tx.query("SELECT login FROM account WHERE login LIKE 'two-%'");
        await tx.query(insert("two-c"));
      }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: refusal });
    expect(seen).toEqual([{ login: "two-a" }]);
    expect([commits, await stored("two-")]).toEqual([1, ["two-a", "two-c"]]);
  });

  it("are all refused, and none is there, when the commit fails; the next one goes on", async () => {
    beforeCommit = () => {
      throw new Error("no disk");
    };
    const refused = await Promise.allSettled([
      write("three-a"),
      write("three-b", () => Promise.reject(new Error("its own"))),
    ]);
    expect(refused.map((one) => (one.status === "rejected" ? (one.reason as Error).message : ""))).toEqual([
      "no disk",
      "no disk",
    ]);
    beforeCommit = undefined;
    await write("three-c");
    expect(await stored("three-")).toEqual(["three-c"]);
  });

  it("write nothing when all of them are refused", async () => {
    const refuse = (): Promise<void> => Promise.reject(new Error("refused"));
    await Promise.allSettled([write("four-a", refuse), write("four-b", refuse)]);
    expect([commits, await stored("four-")]).toEqual([0, []]);
  });

  it("let those who read in between see nothing of it before it is committed", async () => {
    const seen: number[] = [];
    const look = async (): Promise<void> => {
      seen.push((await stored("five-")).length);
    };
    await Promise.all([write("five-a", look), write("five-b", look), write("five-c", look)]);
    expect(seen).toEqual([0, 0, 0]);
    expect(await stored("five-")).toHaveLength(3);
  });

  it("wait no longer for those who come all the time", async () => {
    let stopped = false;
    let count = 0;
    const more = async (): Promise<void> => {
      while (!stopped) await write(`six-${(count += 1)}`);
    };
    const others = Array.from({ length: 4 }, more);
    await Promise.all(Array.from({ length: 20 }, (_, index) => write(`seven-${index}`)));
    stopped = true;
    await Promise.all(others);
    expect(await stored("seven-")).toHaveLength(20);
    expect(await stored("six-")).toHaveLength(count);
  });

  it("are refused, and hold up nobody else, while another program has the database locked", async () => {
    await test.app.database.write((tx) => tx.query("PRAGMA busy_timeout = 20"));
    const other = new Sqlite(test.database.url.slice("sqlite:".length));
    other.exec("BEGIN IMMEDIATE");
    const others = new Promise((resolve) => setTimeout(resolve, 1, "had a turn"));
    const outcomes = await Promise.allSettled([write("eight-a"), write("eight-b")]);
    expect(outcomes).toMatchObject([
      { status: "rejected", reason: { code: "UNAVAILABLE" } },
      { status: "rejected", reason: { code: "UNAVAILABLE" } },
    ]);
    expect(await others).toBe("had a turn");
    other.exec("ROLLBACK");
    other.close();
    await write("eight-c");
    expect(await stored("eight-")).toEqual(["eight-c"]);
  });

  it("are all done before it closes, however many they are", async () => {
    const writes = Array.from({ length: 50 }, (_, index) => write(`nine-${index}`));
    await test.app.database.close();
    await Promise.all(writes);
    await expect(write("ten")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await test.app.close();
    await test.open();
    expect(await stored("nine-")).toHaveLength(50);
    expect(await stored("ten")).toEqual([]);
  });
});
