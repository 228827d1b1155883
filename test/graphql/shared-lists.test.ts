import { TestApp } from "../support/kit";

let test: TestApp;
let organization: string;
const repositories = ["a", "b", "c"];
beforeAll(async () => {
  test = await TestApp.start();
  organization = await test.organization();
  await test.repositories(repositories.map((name) => `${organization}/${name}`));
  for (const name of repositories) await test.repositoryToken(`${organization}/${name}`, "STATUS");
});
afterAll(() => test.close());

const aliases = (count: number, field: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field(index)}`).join(" ");
const inOrganization = (fields: string): string => `{ organization(slug: "${organization}") { ${fields} } }`;

/** How often the organization's tokens are listed, and counted, while it runs. */
async function readings(work: () => Promise<unknown>): Promise<{ lists: number; counts: number }> {
  const { tokens } = test.app.services;
  const found = { lists: 0, counts: 0 };
  const list = tokens.listOrganizationTokens.bind(tokens);
  const spy = jest.spyOn(tokens, "listOrganizationTokens").mockImplementation(async (...args) => {
    found.lists += 1;
    const page = await list(...args);
    return {
      ...page,
      total: () => {
        found.counts += 1;
        return page.total();
      },
    };
  });
  try {
    await work();
    return found;
  } finally {
    spy.mockRestore();
  }
}

describe("a list that a request names many times", () => {
  const ask = (fields: string, variables: object = {}, before = ""): Promise<object> =>
    test.admin.must(`${before}${inOrganization(fields)}`, variables);

  it("is read and counted once: by aliases, and from every object that leads to it", async () => {
    const one = "tokens(first: 2) { totalCount nodes { id } }";
    expect(await readings(() => ask(aliases(40, () => one)))).toEqual({ lists: 1, counts: 1 });
    const around = `repositories(first: 10) { nodes { organization { ${aliases(40, () => one)} } } }`;
    expect(await readings(() => ask(around))).toEqual({ lists: 1, counts: 1 });
    expect(await readings(() => Promise.all([ask(one), ask(one)]))).toEqual({ lists: 2, counts: 2 });
  });

  it("is counted once for all of its pages, and each page is its own", async () => {
    let data: unknown;
    const found = await readings(async () => {
      data = await ask(aliases(3, (index) => `tokens(first: ${index + 1}) { totalCount nodes { id } }`));
    });
    expect(found).toEqual({ lists: 3, counts: 1 });
    const pages = Object.values((data as { organization: Record<string, unknown> }).organization) as {
      totalCount: number;
      nodes: { id: string }[];
    }[];
    expect(pages.map(({ totalCount, nodes }) => [totalCount, nodes.length])).toEqual([
      [3, 1],
      [3, 2],
      [3, 3],
    ]);
    expect(pages[2]!.nodes.slice(0, 2)).toEqual(pages[1]!.nodes);
  });

  it("is another for other filters, for another object and for another field", async () => {
    const found = await ask(
      `all: tokens { totalCount } none: tokens(scope: ADMIN) { totalCount } ended: tokens(states: [REVOKED]) { totalCount }
       members { totalCount } repositories(query: "b") { totalCount nodes { tokens { totalCount } } }`,
    );
    expect(found).toEqual({
      organization: {
        all: { totalCount: 3 },
        none: { totalCount: 0 },
        ended: { totalCount: 0 },
        members: { totalCount: 0 },
        repositories: { totalCount: 1, nodes: [{ tokens: { totalCount: 1 } }] },
      },
    });
  });

  it("is the same for a variable that names a state ten thousand times", async () => {
    const states = Array<string>(10_000).fill("ACTIVE");
    const once = "tokens(states: [ACTIVE]) { totalCount }";
    const many = aliases(40, () => "tokens(states: $states) { totalCount }");
    const variables = "query($states: [TokenState!]) ";
    expect(await readings(() => ask(`${many} b: ${once}`, { states }, variables))).toEqual({
      lists: 1,
      counts: 1,
    });
  });

  it("is read anew after each mutation of the request", async () => {
    const make = `createRepositoryToken(input: { repository: "${organization}/a", scope: STATUS, label: "x" }) {
      token { repository { tokens { totalCount } } } }`;
    const made = await test.admin.must<object>(`mutation { ${aliases(3, () => make)} }`);
    const totals = JSON.stringify(made).match(/(?<="totalCount":)\d+/g);
    expect(totals).toEqual(["2", "3", "4"]);
  });

  it("is refused to each field that asks for it, at its own path", async () => {
    const member = await test.member(organization);
    const { errors } = await member.client.send(inOrganization(aliases(2, () => "tokens { totalCount }")));
    expect(errors.map(({ path, extensions }) => [path?.join("."), extensions.code])).toEqual([
      ["organization.a0", "FORBIDDEN"],
      ["organization.a1", "FORBIDDEN"],
    ]);
  });
});

describe("a document with hundreds of different lists", () => {
  it("lets other requests be answered in between", async () => {
    const later = (index: number): string => test.in(1_000_000 + index);
    const many = aliases(90, (index) => `tokens(first: 1, expiresBefore: "${later(index)}") { totalCount }`);
    const order: string[] = [];
    const long = test.admin
      .must(inOrganization(`repositories { nodes { ${many} } }`))
      .then(() => order.push("long"));
    for (let index = 0; index < 10; index += 1) {
      await fetch(`${test.url}/healthz`);
      order.push("short");
    }
    await long;
    expect(order).toEqual([...Array<string>(10).fill("short"), "long"]);
  });
});
