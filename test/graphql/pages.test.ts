import type { Client } from "../support/client";
import { type Actor, TestApp } from "../support/kit";

let test: TestApp;
let organization: string;
let repository: string;
let person: Actor;
let reach: Actor;

// Written in mixed case and made out of order: lists go by the bytes of the lower-cased form.
const logins = ["Zoe", "amy", "B2", "b-1", "Bo", "a", "A1"] as const;
const names = ["Zeta", "alpha", "a.b", "a-b", "a_b", "A1", "b", "B0"] as const;
const lowerCase = (a: string, b: string): number => (a.toLowerCase() < b.toLowerCase() ? -1 : 1);

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: object }[];
  readonly nodes: readonly object[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

interface List {
  /** The kind of its cursors. */
  readonly kind: string;
  /** From the root to the list, its name last. */
  readonly path: () => string[];
  /** What tells its nodes apart and shows their order. */
  readonly node: string;
  readonly client?: () => Client;
  /** Filters, so that the list stays shorter than a page. */
  readonly filter?: string;
  /** The nodes as they should come. */
  readonly expected: () => Promise<readonly unknown[]>;
  /** Adds nodes on both sides of the middle of the list. */
  readonly grow: () => Promise<unknown>;
}

const mutate = (field: string, input: object): Promise<unknown> => {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input!`;
  return test.admin.must(`mutation($input: ${type}) { ${field}(input: $input) { __typename } }`, { input });
};
const reportBuild = (branch = "main"): Promise<unknown> =>
  mutate("reportBuild", { repository, branch, commit: "abcdef0", status: "SUCCESS" });
const labelled = async (where: string, parameters: unknown[] = []): Promise<unknown[]> => {
  const rows = await test.rows<{ label: string }>(
    `SELECT label FROM token WHERE ${where} ORDER BY id DESC`,
    parameters,
  );
  return rows.map(({ label }) => ({ label }));
};
const auditIds = async (where: string): Promise<unknown[]> => {
  const rows = await test.rows<{ id: number }>(
    `SELECT id FROM audit_event WHERE ${where} ORDER BY at DESC, id DESC`,
  );
  return rows.map(({ id }) => ({ id: Buffer.from(`AuditEvent:${id}`).toString("base64url") }));
};
const idOf = async (table: string, column: string, value: string): Promise<number> => {
  const [row] = await test.rows<{ id: number }>(`SELECT id FROM ${table} WHERE ${column} = ?`, [value]);
  return row!.id;
};
let serial = 0;
const next = (): number => (serial += 1);

const repositoryTokens = {
  kind: "tokens",
  node: "label",
  grow: () => test.repositoryToken(repository, "STATUS", { label: `grown ${next()}` }),
} as const;
const audit = { kind: "audit", node: "id" } as const;
const at = (noun: "organization" | "repository", list: string) => (): string[] => [
  `${noun}(slug: "${noun === "organization" ? organization : repository}")`,
  list,
];
const slugs = async (): Promise<string[]> =>
  (await test.rows<{ slug: string }>("SELECT slug FROM repository")).map(({ slug }) => slug).sort(lowerCase);
const growRepositories = async (): Promise<void> => {
  await test.repository(`${organization}/0-${next()}`);
  await test.repository(`${organization}/zz-${next()}`);
};
const memberships = {
  kind: "memberships",
  node: "role organization { slug }",
  expected: async () =>
    (
      await test.rows<{ slug: string }>(
        "SELECT o.slug FROM membership m JOIN organization o ON o.id = m.organization_id JOIN account a ON a.id = m.account_id WHERE a.login = ? ORDER BY o.slug_key",
        [person.login],
      )
    ).map(({ slug }) => ({ role: "MEMBER", organization: { slug } })),
  grow: async () => {
    for (const slug of [`bb/aa-${next()}`, `gl/zz-${next()}`]) {
      await test.organization(slug);
      await test.member(slug, "MEMBER", person);
    }
  },
} as const;

const lists: Readonly<Record<string, List>> = {
  "Query.accounts": {
    kind: "accounts",
    path: () => ["accounts"],
    node: "login",
    expected: async () =>
      (await test.rows<{ login: string }>("SELECT login FROM account"))
        .sort((a, b) => lowerCase(a.login, b.login))
        .map(({ login }) => ({ login })),
    grow: async () => {
      await test.account({ login: `0-${next()}` });
      await test.account({ login: `zz-${next()}` });
    },
  },
  "Query.organizations": {
    kind: "organizations",
    path: () => ["organizations"],
    node: "slug",
    expected: async () =>
      (await test.rows<{ slug: string }>("SELECT slug FROM organization"))
        .sort((a, b) => lowerCase(a.slug, b.slug))
        .map(({ slug }) => ({ slug })),
    grow: async () => {
      await test.organization(`bb/0-${next()}`);
      await test.organization(`gl/zz-${next()}`);
    },
  },
  "Query.auditEvents": {
    ...audit,
    path: () => ["auditEvents"],
    filter: "actions: [MEMBERSHIP_SET]",
    expected: () => auditIds("action = 'MEMBERSHIP_SET'"),
    grow: async () => test.member(organization, "MEMBER", await test.account()),
  },
  "Viewer.repositories": {
    kind: "repositories",
    path: () => ["viewer", "repositories"],
    node: "slug",
    expected: async () => (await slugs()).map((slug) => ({ slug })),
    grow: growRepositories,
  },
  "Viewer.repositories, by role and as a collaborator": {
    kind: "repositories",
    path: () => ["viewer", "repositories"],
    node: "slug viewerScope",
    client: () => reach.client,
    expected: async () =>
      (await slugs())
        .filter((slug) => !slug.endsWith("/hidden"))
        .map((slug) => ({ slug, viewerScope: slug.startsWith(organization) ? "READ_ONLY" : "STATUS" })),
    grow: growRepositories,
  },
  "Viewer.organizations": {
    ...memberships,
    path: () => ["viewer", "organizations"],
    client: () => person.client,
  },
  "Account.tokens": {
    kind: "tokens",
    path: () => ['account(login: "amy")', "tokens"],
    node: "label",
    expected: async () => labelled("account_id = ?", [await idOf("account", "login", "amy")]),
    grow: () => test.accountToken("amy", { label: `grown ${next()}` }),
  },
  "Account.organizations": {
    ...memberships,
    path: () => [`account(login: "${person.login}")`, "organizations"],
  },
  "Account.auditEvents": {
    ...audit,
    path: () => ['account(login: "amy")', "auditEvents"],
    expected: async () => auditIds(`account_id = ${await idOf("account", "login", "amy")}`),
    grow: () => mutate("updateAccount", { login: "amy", name: `Amy ${next()}` }),
  },
  "Organization.repositories": {
    kind: "repositories",
    path: at("organization", "repositories"),
    node: "name",
    expected: async () =>
      (await slugs())
        .filter((slug) => slug.startsWith(`${organization}/`))
        .map((slug) => ({ name: slug.split("/")[2] })),
    grow: growRepositories,
  },
  "Organization.members": {
    kind: "members",
    path: at("organization", "members"),
    node: "role account { login }",
    expected: async () =>
      (
        await test.rows<{ login: string }>(
          "SELECT a.login FROM membership m JOIN account a ON a.id = m.account_id WHERE m.organization_id = ?",
          [await idOf("organization", "slug", organization)],
        )
      )
        .sort((a, b) => lowerCase(a.login, b.login))
        .map(({ login }) => ({ role: "MEMBER", account: { login } })),
    grow: async () => {
      for (const login of [`0m-${next()}`, `zm-${next()}`]) {
        await test.member(organization, "MEMBER", await test.account({ login }));
      }
    },
  },
  "Organization.tokens": {
    ...repositoryTokens,
    path: at("organization", "tokens"),
    expected: async () => labelled("organization_id = ?", [await idOf("organization", "slug", organization)]),
  },
  "Organization.auditEvents": {
    ...audit,
    path: at("organization", "auditEvents"),
    expected: async () => auditIds(`organization_id = ${await idOf("organization", "slug", organization)}`),
    grow: () => reportBuild(),
  },
  "Repository.builds": {
    kind: "builds",
    path: at("repository", "builds"),
    node: "number branch",
    expected: () => test.rows("SELECT number, branch FROM build ORDER BY number DESC"),
    grow: () => reportBuild(`grown-${next()}`),
  },
  "Repository.tokens": {
    ...repositoryTokens,
    path: at("repository", "tokens"),
    expected: async () => labelled("repository_id = ?", [await idOf("repository", "slug", repository)]),
  },
  "Repository.collaborators": {
    kind: "collaborators",
    path: at("repository", "collaborators"),
    node: "scope account { login }",
    expected: async () =>
      (
        await test.rows<{ login: string }>(
          "SELECT a.login FROM collaborator c JOIN account a ON a.id = c.account_id WHERE c.repository_id = ?",
          [await idOf("repository", "slug", repository)],
        )
      )
        .sort((a, b) => lowerCase(a.login, b.login))
        .map(({ login }) => ({ scope: "STATUS", account: { login } })),
    grow: async () => {
      for (const login of [`0c-${next()}`, `zc-${next()}`]) {
        await test.collaborator(repository, "STATUS", await test.account({ login }));
      }
    },
  },
  "Repository.auditEvents": {
    ...audit,
    path: at("repository", "auditEvents"),
    expected: async () => auditIds(`repository_id = ${await idOf("repository", "slug", repository)}`),
    grow: () => reportBuild(),
  },
};

beforeAll(async () => {
  test = await TestApp.start({ env: { RATE_LIMIT_PER_MINUTE: "0", MAX_TOKENS_PER_REPOSITORY: "1000" } });
  organization = await test.organization("gh/Acme");
  await test.repositories(names.map((name) => `${organization}/${name}`));
  repository = `${organization}/alpha`;
  for (const login of logins) {
    const actor = await test.account({ login });
    await test.member(organization, "MEMBER", actor);
    await test.collaborator(repository, "STATUS", actor);
  }
  person = await test.account({ login: "person" });
  for (const slug of ["gl/One", "gh/two", "bb/Three", "gh/B", "gh/a-a"]) {
    await test.organization(slug);
    await test.member(slug, "MEMBER", person);
  }
  reach = await test.member(organization, "MEMBER", await test.account({ login: "reach" }));
  // Around the organization in the order of slugs, and one in it twice.
  for (const slug of ["bb/x/Alone", "gh/aCme-2/x", "gh/acm/y", "gl/x/last", `${organization}/b`]) {
    await test.repository(slug);
    await test.collaborator(slug, "STATUS", reach);
  }
  await test.repository("gh/acme-1/hidden");
  for (let index = 0; index < 6; index += 1) {
    await reportBuild(index % 2 === 0 ? "main" : "next");
    await test.repositoryToken(repository, "STATUS", { label: `token ${index}` });
    await test.repositoryToken(`${organization}/Zeta`, "STATUS", { label: `other ${index}` });
    await test.accountToken("amy", { label: `token ${index}` });
    await mutate("updateAccount", { login: "amy", name: `Amy ${index}` });
  }
});
afterAll(() => test.close());

/** Asks for a list; `args` as they stand in the document, `variables` as they are declared and given. */
function ask(list: List, args: string, selection: string, declared = "", variables: object = {}) {
  const path = list.path();
  const all = [list.filter, args].filter(Boolean).join(", ");
  const document = `query${declared} { ${path.join(" { ")}${all === "" ? "" : `(${all})`} ${selection} ${"}".repeat(path.length)}`;
  return (list.client?.() ?? test.admin).send(document, variables);
}

async function pageOf(list: List, args = ""): Promise<Page> {
  const node = `{ ${list.node} }`;
  const { data, text } = await ask(
    list,
    args,
    `{ edges { cursor node ${node} } nodes ${node} pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }`,
  );
  let found: unknown = data;
  for (const part of list.path())
    found = (found as Record<string, unknown> | null)?.[part.replace(/\(.*/, "")];
  if (found === null || found === undefined) throw new Error(text);
  return found as Page;
}

const after = (cursor: string | null, first: number): string =>
  `first: ${first}${cursor === null ? "" : `, after: ${JSON.stringify(cursor)}`}`;

const table = Object.entries(lists);

describe.each(table)("%s", (_name, list) => {
  it("comes whole, in its order, with an exact count", async () => {
    const expected = await list.expected();
    const page = await pageOf(list, "first: 100");
    expect(expected.length).toBeGreaterThan(4);
    expect(page.nodes).toEqual(expected);
    expect(page.edges.map(({ node }) => node)).toEqual(expected);
    expect(page.totalCount).toBe(expected.length);
    expect(page.pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: page.edges[0]!.cursor,
      endCursor: page.edges.at(-1)!.cursor,
    });
    expect(new Set(page.edges.map(({ cursor }) => cursor)).size).toBe(expected.length);
  });

  it("comes in pages of any size, each of which says whether there is more", async () => {
    const expected = await list.expected();
    for (const first of [1, expected.length - 1, expected.length]) {
      const nodes: unknown[] = [];
      let cursor: string | null = null;
      for (let hasNext = true; hasNext;) {
        const page: Page = await pageOf(list, after(cursor, first));
        expect(page.pageInfo.hasPreviousPage).toBe(cursor !== null);
        expect(page.totalCount).toBe(expected.length);
        expect(page.nodes.length).toBe(Math.min(first, expected.length - nodes.length));
        nodes.push(...page.nodes);
        hasNext = page.pageInfo.hasNextPage;
        expect(hasNext).toBe(nodes.length < expected.length);
        cursor = page.pageInfo.endCursor;
      }
      expect(nodes).toEqual(expected);
    }
  });

  it("is empty behind its last cursor", async () => {
    const { pageInfo, totalCount } = await pageOf(list, "first: 100");
    expect(await pageOf(list, after(pageInfo.endCursor, 10))).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
      totalCount,
    });
  });

  it("goes on where it was when nodes are added on the way: none twice, none left out", async () => {
    const before = await list.expected();
    const first = await pageOf(list, after(null, 3));
    await list.grow();
    const rest = await pageOf(list, after(first.pageInfo.endCursor, 100));
    const now = await list.expected();
    expect(now.length).toBeGreaterThan(before.length);
    expect(rest.totalCount).toBe(now.length);
    const third = now.findIndex((node) => JSON.stringify(node) === JSON.stringify(before[2]));
    expect(rest.nodes).toEqual(now.slice(third + 1));
    expect([...first.nodes, ...rest.nodes]).toEqual(expect.arrayContaining([...before]));
  });

  it("refuses the cursors of other kinds of lists, and what is no cursor", async () => {
    const own = (await pageOf(list, "first: 1")).edges[0]!.cursor;
    const foreign = await Promise.all(
      table
        .filter(([, other]) => other.kind !== list.kind)
        .map(async ([, other]) => (await pageOf(other, "first: 1")).edges[0]!.cursor),
    );
    const decoded = Buffer.from(own, "base64url").toString();
    const garbage = [
      ...["", " ", "x", "🔑", "0", "null", `${own}=`, ` ${own}`, `${own}\n`, decoded],
      ...[
        list.kind,
        `${list.kind}:`,
        `${list.kind}:\0`,
        `${list.kind}:\u00e9`,
        `${list.kind}: \n`,
        `x${decoded}`,
      ].map((text) => Buffer.from(text).toString("base64url")),
      Buffer.from(`${list.kind}:${"a".repeat(600)}`).toString("base64url"),
      "A".repeat(100_000),
    ];
    for (const cursor of [...foreign, ...garbage]) {
      const { errors, status, text } = await ask(
        list,
        "after: $after",
        "{ totalCount }",
        "($after: String)",
        {
          after: cursor,
        },
      );
      expect(errors.map(({ message, extensions }) => ({ message, extensions }))).toEqual([
        {
          message: "after: must be a cursor of this list",
          extensions: { code: "BAD_USER_INPUT", field: "after" },
        },
      ]);
      expect(status).toBe(200);
      if (cursor.length > 4) expect(text).not.toContain(cursor);
    }
  });

  it("refuses a page that is not 1 to 100 long, and takes 50 when it is not said", async () => {
    for (const first of [0, -1, 101, 1000, 2147483647, -2147483648]) {
      const { errors, status } = await ask(list, "first: $first", "{ totalCount }", "($first: Int)", {
        first,
      });
      expect(errors.map(({ message, extensions }) => ({ message, extensions }))).toEqual([
        {
          message: "first: must be a whole number from 1 to 100",
          extensions: { code: "BAD_USER_INPUT", field: "first" },
        },
      ]);
      expect(status).toBe(200);
    }
    expect((await pageOf(list)).nodes).toEqual((await list.expected()).slice(0, 50));
  });
});

describe("a page", () => {
  it("is of 50 when its length is not said", async () => {
    await test.repositories(Array.from({ length: 60 }, (_, index) => `gle/many/r${index}`));
    const list: List = {
      ...lists["Organization.repositories"]!,
      path: () => ['organization(slug: "gle/many")', "repositories"],
    };
    for (const args of ["", "first: null", "first: 50"]) {
      const { nodes, totalCount, pageInfo } = await pageOf(list, args);
      expect([nodes.length, totalCount, pageInfo.hasNextPage]).toEqual([50, 60, true]);
    }
  });

  it("goes on behind a node that is gone", async () => {
    const list = lists["Organization.members"]!;
    const all = await list.expected();
    const page = await pageOf(list, after(null, 2));
    await mutate("removeMembership", {
      organization,
      login: (page.nodes[1] as { account: Actor }).account.login,
    });
    const rest = await pageOf(list, after(page.pageInfo.endCursor, 100));
    expect(rest.nodes).toEqual(all.slice(2));
    expect(rest.totalCount).toBe(all.length - 1);
  });
});
