import "./production";
import { assemble, type Cast, type Player } from "./cast";
import { Oracle } from "./oracle";
import { type Asker, askerOf, tokenOf, type Thing } from "./relations";
import { isAsked, numberOf, patience, report } from "./share";
import { all, nodeId } from "./values";
import { listTypes, objectType } from "./walk";
import { readWorld } from "./world";

const PAGE = 7;

let cast: Cast;
let oracle: Oracle;
let pages = 0;

beforeAll(async () => {
  cast = await assemble();
  oracle = new Oracle(await readWorld(cast.test));
}, patience);

afterAll(async () => {
  await cast.test.close();
  report(`${pages} pages`);
});

interface Page {
  readonly totalCount: number;
  readonly nodes: readonly Record<string, unknown>[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly endCursor: string;
  };
}

/** How the things in a list are told apart. */
function markOf(type: string): string {
  if ("id" in objectType(type).getFields()) return "id";
  return type === "Membership" ? "account { id } organization { id }" : "account { id }";
}

/** The list as the table has it, as one text for each thing; null: it is not shown. */
function expected(asker: Asker, owner: Thing | null, field: string, type: string): string[] | null {
  const things = oracle.list(asker, owner ?? { type: "Query", row: { id: 0 } }, field);
  return things === null ? null : things.map((thing) => JSON.stringify(mark(thing, type)));
}

function mark({ row }: Thing, type: string): object {
  const { accountId, organizationId } = row as unknown as Record<string, number>;
  const id = (of: string, number: number | undefined) => ({ id: nodeId({ type: of, row: { id: number! } }) });
  if (type === "Membership")
    return { account: id("Account", accountId), organization: id("Organization", organizationId) };
  if (type === "Collaborator") return { account: id("Account", accountId) };
  return id(type, row.id);
}

async function read(player: Player, owner: Thing | null, field: string, type: string): Promise<string[]> {
  const found: string[] = [];
  let after: string | null = null;
  for (;;) {
    const list: string = `list: ${field}(first: ${PAGE}, after: $after) { totalCount nodes { ${markOf(type)} } pageInfo { hasNextPage hasPreviousPage endCursor } }`;
    const document =
      owner === null
        ? `query($after: String) { ${list} }`
        : owner.type === "Viewer"
          ? `query($after: String) { owner: viewer { ${list} } }`
          : `query($after: String, $id: ID!) { owner: node(id: $id) { ... on ${owner.type} { ${list} } } }`;
    const variables = owner === null || owner.type === "Viewer" ? { after } : { after, id: nodeId(owner) };
    const data: { list?: Page; owner?: { list: Page } } = await cast.test
      .client(player.secret)
      .must(document, variables);
    const { nodes, pageInfo, totalCount } = data.owner?.list ?? data.list!;
    pages += 1;
    if (pageInfo.hasPreviousPage !== (after !== null)) found.push("hasPreviousPage is wrong");
    found.push(...nodes.map((node) => JSON.stringify(node)));
    if (pageInfo.hasNextPage !== found.length < totalCount) found.push("totalCount is wrong");
    if (!pageInfo.hasNextPage || found.length > 1000) return found;
    after = pageInfo.endCursor;
  }
}

it.each(listTypes())(
  "$on.$field, read page by page, holds just what the table leaves in it",
  async ({ on, field, type }) => {
    const owners =
      on === "Query"
        ? [null]
        : on === "Viewer"
          ? [{ type: "Viewer", row: { id: 0 } }]
          : all(oracle.world, on as "Account");
    for (const player of cast.players.filter(({ secret }) => secret !== null)) {
      const asker = askerOf(oracle.world, tokenOf(oracle.world, player.secret!));
      for (const owner of owners) {
        const wanted = expected(asker, owner, field, type);
        if (wanted === null || !isAsked(numberOf(`${player.name} ${on} ${owner?.row.id ?? 0} ${field}`)))
          continue;
        expect([player.name, await read(player, owner, field, type)]).toEqual([player.name, wanted]);
      }
    }
  },
  patience,
);

it("has read pages behind the first", () => {
  expect(pages).toBeGreaterThan(20);
});
