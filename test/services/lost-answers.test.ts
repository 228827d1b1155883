import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../src/secrets/digest";
import { isLasting } from "../support/files";
import type { Client } from "../support/client";
import { TestApp } from "../support/kit";
import { onPostgres } from "../support/databases";
import { cutOff, newKey, once } from "../support/retries";

// A thousand in all; on PostgreSQL, which takes four times as long, two hundred.
const EACH = onPostgres ? 50 : 250;

let test: TestApp;
let repository: string;
beforeAll(async () => {
  const env = { MAX_TOKENS_PER_ACCOUNT: "10000", MAX_TOKENS_PER_REPOSITORY: "10000" };
  test = await TestApp.start({ frozen: true, env });
  repository = await test.repository();
});
afterAll(() => test.close());

const rows = async (): Promise<{ digest: string }[]> => test.rows("SELECT digest FROM token ORDER BY id");

describe("an answer that is lost after the commit", () => {
  it.each<[string, string, () => Promise<[Client, object]>]>([
    [
      "creations of account tokens",
      "createAccountToken",
      () => Promise.resolve([test.admin, { label: "x" }]),
    ],
    [
      "creations of repository tokens",
      "createRepositoryToken",
      () => Promise.resolve([test.admin, { repository, scope: "STATUS", label: "x" }]),
    ],
    [
      "rotations",
      "rotateToken",
      async () => [test.admin, { id: (await test.repositoryToken(repository)).id, handover: "ON_FIRST_USE" }],
    ],
    [
      "rotations of a token by itself",
      "rotateToken",
      async () => [(await test.repositoryToken(repository, "STATUS")).client, {}],
    ],
  ])(
    `comes again, the same every time, and nothing is made twice: ${EACH} %s`,
    async (_, field, prepare) => {
      for (let turn = 0; turn < EACH; turn += 1) {
        const [client, input] = await prepare();
        const key = newKey();
        const before = (await rows()).length;
        await cutOff(client, key, field, input);
        const made = (await rows()).slice(before).map(({ digest }) => digest);
        const { secret } = await once(client, key, field, input);
        expect(made).toEqual([digestOf(secret!)]);
        if (turn % 10 === 0) expect((await once(client, key, field, input)).secret).toBe(secret);
        expect((await rows()).length).toBe(before + 1);
      }
    },
    300_000,
  );
});

// A server's files are the operator's: see docs/security.md.
(onPostgres ? describe.skip : describe)("the files of the database", () => {
  const files = (): string =>
    readdirSync(test.folder)
      .filter(isLasting)
      .map((name) => readFileSync(join(test.folder, name)).toString("latin1"))
      .join("\n");

  it("never hold a secret, and hold its ciphertext no longer than 10 minutes and a housekeeping", async () => {
    const self = await test.repositoryToken(repository, "STATUS");
    const secrets: string[] = [];
    const keys = Array.from({ length: 20 }, newKey);
    for (const key of keys.slice(1)) {
      secrets.push((await once(test.admin, key, "createAccountToken", { label: "x" })).secret!);
    }
    secrets.push(
      (await once(self.client, keys[0]!, "rotateToken", {})).secret!,
      self.secret,
      test.adminSecret,
    );
    const kept = await test.rows<{ sealed: string; key_digest: string }>(
      "SELECT sealed, key_digest FROM idempotency",
    );
    expect(kept.length).toBeGreaterThanOrEqual(keys.length);
    const during = files();
    for (const { sealed } of kept) expect(during).toContain(sealed);
    for (const plain of [...secrets, ...keys]) expect(during).not.toContain(plain);

    test.pass(10 * 60_000);
    await test.app.housekeeping.run();
    expect(await test.rows("SELECT * FROM idempotency")).toEqual([]);
    const after = files();
    for (const { sealed, key_digest: digest } of kept) {
      expect(after).not.toContain(sealed);
      expect(after).not.toContain(digest);
    }
    for (const plain of [...secrets, ...keys]) expect(after).not.toContain(plain);
  });

  it("are cut again later where someone was reading them", async () => {
    await once(test.admin, newKey(), "createAccountToken", { label: "x" });
    const [{ sealed }] = (await test.rows<{ sealed: string }>("SELECT sealed FROM idempotency")) as [
      { sealed: string },
    ];
    const Sqlite = (await import("better-sqlite3")).default;
    const other = new Sqlite(test.databasePath, { readonly: true });
    const reading = other.prepare("SELECT * FROM token").iterate();
    reading.next();
    test.pass(10 * 60_000);
    await test.app.housekeeping.run();
    expect(files()).toContain(sealed);
    reading.return!();
    other.close();
    await test.app.housekeeping.run();
    expect(files()).not.toContain(sealed);
  }, 60_000);
});
