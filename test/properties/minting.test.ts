import fc from "fast-check";
import { covers, REPOSITORY_SCOPES, type RepositoryScope } from "../../src/domain/scope";
import type { Client } from "../support/client";
import { TestApp } from "../support/kit";

const DAY_MS = 86_400_000;

let test: TestApp;
let repository: string;
beforeAll(async () => {
  test = await TestApp.start({ env: { MAX_TOKENS_PER_REPOSITORY: "100000" } });
  repository = await test.repository();
});
afterAll(() => test.close());

const CREATE =
  "mutation($input: CreateRepositoryTokenInput!) { createRepositoryToken(input: $input) { secret token { scope expiresAt createdAt } } }";
const ROTATE =
  "mutation($input: RotateTokenInput!) { rotateToken(input: $input) { secret token { scope expiresAt createdAt } } }";

interface Made {
  readonly secret: string;
  readonly token: {
    readonly scope: RepositoryScope;
    readonly expiresAt: string | null;
    readonly createdAt: string;
  };
}

async function tryTo(client: Client, document: string, input: object): Promise<Made | null> {
  const { data } = await client.send<Record<string, Made | null>>(document, { input });
  return Object.values(data ?? {})[0] ?? null;
}

const lifetimeOf = ({ token }: Made): number =>
  token.expiresAt === null ? Infinity : Date.parse(token.expiresAt) - Date.parse(token.createdAt);

describe("a repository token", () => {
  it("makes nothing stronger and nothing that lives longer than itself, in any chain of creations and rotations", async () => {
    const step = fc.record({
      rotate: fc.boolean(),
      scope: fc.constantFrom(...REPOSITORY_SCOPES),
      days: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.array(step, { maxLength: 6 }),
        async (days, steps) => {
          const first = await tryTo(test.admin, CREATE, {
            ...{ repository, scope: "ADMIN", label: "root" },
            expiresAt: test.in(days * DAY_MS),
          });
          if (first === null) throw new Error("the first was refused");
          let made = first;
          for (const { rotate, scope, days } of steps) {
            const expiresAt = days === undefined ? undefined : test.in(days * DAY_MS);
            const client = test.client(made.secret);
            const next = rotate
              ? await tryTo(client, ROTATE, { expiresAt })
              : await tryTo(client, CREATE, { repository, scope, label: "next", expiresAt });
            if (next === null) continue;
            expect(covers(made.token.scope, next.token.scope)).toBe(true);
            expect(lifetimeOf(next)).toBeLessThanOrEqual(lifetimeOf(made));
            made = next;
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a right that is lost between the check and the write", () => {
  it("does not pass: the mutation that waited is refused", async () => {
    // The failpoint: the transaction that takes the right is held before its commit, while the other one waits.
    let hold: Promise<void> | null = null;
    let release = (): void => undefined;
    const app = await TestApp.start({ hooks: { beforeCommit: () => hold ?? undefined } });
    try {
      const slug = await app.repository();
      const organization = slug.slice(0, slug.lastIndexOf("/"));
      const member = await app.member(organization, "ADMIN");
      await app.member(organization, "ADMIN");
      hold = new Promise((resolve) => (release = resolve));
      const leaving = app.admin.must(
        "mutation($input: RemoveMembershipInput!) { removeMembership(input: $input) { organization { id } } }",
        { input: { organization, login: member.login } },
      );
      // Authenticated, and let in, while the membership still stands.
      const [role] = await app.rows<{ role: string }>(
        "SELECT m.role FROM membership m JOIN account a ON a.id = m.account_id WHERE a.login = ?",
        [member.login],
      );
      expect(role).toEqual({ role: "ADMIN" });
      const creating = member.client.code(CREATE, {
        input: { repository: slug, scope: "ADMIN", label: "late" },
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      hold = null;
      release();
      await leaving;
      expect(await creating).toBe("NOT_FOUND");
      expect(await app.rows("SELECT id FROM token WHERE label = 'late'")).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
