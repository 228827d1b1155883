import { reaches, type Asker, type Relations, type Thing } from "./relations";
import type { Scope } from "./table";
import type { AuditEventRow, OrganizationRow, RepositoryRow, TokenRow, World } from "./world";

/** A place where the answer holds any text that is not empty: secrets and cursors. */
export const OPAQUE = Symbol("any text");
/** A place where the answer holds what every request changes: how often a token was used, and by whom. */
export const COUNTED = Symbol("a number or a list");

export type Args = Readonly<Record<string, unknown>>;

/** Where a value comes from: the world, and who asks it of what. */
export interface Question {
  readonly world: World;
  readonly relations: Relations;
  readonly asker: Asker;
  readonly thing: Thing;
  readonly args: Args;
}

export const nodeId = ({ type, row }: Thing): string =>
  Buffer.from(`${type}:${row.id}`).toString("base64url");

export function stateOf(token: TokenRow, now: number): string {
  if (token.revokedAt !== null) return "REVOKED";
  if (token.rotatedAt !== null) return "ROTATED";
  if (token.expiresAt !== null && token.expiresAt <= now) return "EXPIRED";
  // The clock stands still before any deadline or overlap is over.
  return token.handoverStartedAt === null ? "ACTIVE" : "RETIRING";
}

const isSame = (one: string, other: unknown): boolean =>
  typeof other === "string" && one.toLowerCase() === other.toLowerCase();

const at = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();

/** Values that are not simply a column of the row. */
const computed: Readonly<Record<string, (question: Question) => unknown>> = {
  "Token.state": ({ thing, world }) => stateOf(thing.row as TokenRow, world.now),
  "TokenHandover.startedAt": ({ thing }) => at((thing.row as TokenRow).handoverStartedAt),
  "TokenHandover.firstUseOfNewAt": ({ thing }) => at((thing.row as TokenRow).successorUsedAt),
  "TokenHandover.endsAt": ({ thing }) => {
    const { overlapEndsAt, handoverEndsAt } = thing.row as TokenRow;
    return at(overlapEndsAt ?? handoverEndsAt);
  },
  "TokenHandover.oldUsesSinceStart": () => COUNTED,
  "TokenUsage.days": () => COUNTED,
  "TokenUsage.clients": () => COUNTED,
  "Repository.viewerScope": ({ thing, relations, asker }) =>
    thing.verified === true ? "STATUS" : relations.scopeOn(asker, thing.row as RepositoryRow),
  "Repository.status": ({ thing, world }) => {
    const { id, defaultBranch } = thing.row as RepositoryRow;
    const builds = world.builds.filter((one) => one.repositoryId === id && one.branch === defaultBranch);
    return builds.sort((a, b) => b.number - a.number)[0]?.status ?? null;
  },
  "Organization.viewerRole": ({ thing, relations, asker }) =>
    asker.kind === "account" ? relations.roleIn(asker.account.id, thing.row.id) : null,
};

/** A field that is no object: a column of the row, as GraphQL writes it. */
export function plainValue(coordinate: string, question: Question): unknown {
  const compute = computed[coordinate];
  if (compute !== undefined) return compute(question);
  const [, field = ""] = coordinate.split(".");
  if (field === "id") return nodeId(question.thing);
  const row = question.thing.row as unknown as Record<string, unknown>;
  if (!(field in row)) throw new Error(`${coordinate} has no value in the world`);
  const value = row[field];
  return typeof value === "number" && /(^a|A)t$/.test(field) ? at(value) : value;
}

const collections = {
  Account: "accounts",
  Organization: "organizations",
  Repository: "repositories",
  Build: "builds",
  Token: "tokens",
  AuditEvent: "auditEvents",
} as const;
export type NodeType = keyof typeof collections;

interface Shelf {
  readonly things: readonly Thing[];
  readonly byId: ReadonlyMap<unknown, Thing>;
}
const shelves = new WeakMap<World, Map<string, Shelf>>();

/** The objects of a type, each always the same one. */
function shelf(world: World, type: string): Shelf {
  const known = shelves.get(world) ?? new Map<string, Shelf>();
  shelves.set(world, known);
  let found = known.get(type);
  if (found === undefined) {
    const things = world[collections[type as NodeType]].map((row): Thing => ({ type, row }));
    found = { things, byId: new Map(things.map((thing) => [thing.row.id, thing])) };
    known.set(type, found);
  }
  return found;
}

export function find(world: World, type: string, id: unknown): Thing | null {
  return shelf(world, type).byId.get(id) ?? null;
}

export function all(world: World, type: NodeType): Thing[] {
  return [...shelf(world, type).things];
}

/** The object that a field names, hidden or not; null: there is none. */
const named: Readonly<Record<string, (question: Question) => Thing | null>> = {
  "Query.viewer": () => ({ type: "Viewer", row: { id: 0 } }),
  "Query.node": ({ world, args }) => {
    const [type = "", id] = Buffer.from(String(args.id), "base64url").toString().split(":");
    return type in collections ? find(world, type, Number(id)) : null;
  },
  "Query.account": ({ world, args }) =>
    all(world, "Account").find(({ row }) =>
      isSame((row as unknown as { login: string }).login, args.login),
    ) ?? null,
  "Query.organization": ({ world, args }) =>
    all(world, "Organization").find(({ row }) => isSame((row as OrganizationRow).slug, args.slug)) ?? null,
  "Query.repository": ({ world, args }) =>
    all(world, "Repository").find(({ row }) => isSame((row as RepositoryRow).slug, args.slug)) ?? null,
  "Viewer.token": ({ asker }) => (asker.kind === "anonymous" ? null : { type: "Token", row: asker.token }),
  "Token.usage": ({ thing }) => ({ type: "TokenUsage", row: thing.row }),
  "Token.handover": ({ thing, world }) =>
    stateOf(thing.row as TokenRow, world.now) === "RETIRING"
      ? { type: "TokenHandover", row: thing.row }
      : null,
  "Viewer.account": ({ asker }) =>
    asker.kind === "account" ? { type: "Account", row: asker.account } : null,
};

export function namedBy(coordinate: string, type: string, question: Question): Thing | null {
  const find_ = named[coordinate];
  if (find_ !== undefined) return find_(question);
  const [, field = ""] = coordinate.split(".");
  const row = question.thing.row as unknown as Record<string, unknown>;
  const column = `${field}Id`;
  if (!(column in row)) throw new Error(`${coordinate} names nothing in the world`);
  return find(question.world, type, row[column]);
}

const key = (thing: Thing): string => {
  const { login, slug } = thing.row as unknown as { login?: string; slug?: string };
  return (login ?? slug ?? "").toLowerCase();
};
const byKey = (a: Thing, b: Thing): number => (key(a) < key(b) ? -1 : 1);
const newestFirst = (a: Thing, b: Thing): number => b.row.id - a.row.id;

function tokensWhere({ world, args }: Question, fits: (token: TokenRow) => boolean): Thing[] {
  const states = (args.states as string[] | undefined) ?? ["ACTIVE", "RETIRING"];
  return all(world, "Token")
    .filter(({ row }) => fits(row as TokenRow) && states.includes(stateOf(row as TokenRow, world.now)))
    .sort(newestFirst);
}

function eventsWhere({ world, args }: Question, fits: (event: AuditEventRow) => boolean): Thing[] {
  const actions = args.actions as string[] | undefined;
  const isWanted = (event: AuditEventRow): boolean =>
    actions?.includes(event.action) !== false && fits(event);
  return all(world, "AuditEvent")
    .filter(({ row }) => isWanted(row as AuditEventRow))
    .sort((a, b) => (b.row as AuditEventRow).at - (a.row as AuditEventRow).at || newestFirst(a, b));
}

/** Memberships and collaborators have no id of their own: what they join is their row. */
function joined(type: string, rows: readonly object[], sortedBy: (row: object) => Thing): Thing[] {
  return rows
    .map((row) => ({ type, row: { id: 0, ...row } }))
    .sort((a, b) => byKey(sortedBy(a.row), sortedBy(b.row)));
}

function memberships({ world }: Question, accountId: number): Thing[] {
  const rows = world.memberships.filter((one) => one.accountId === accountId);
  return joined("Membership", rows, (row) =>
    find(world, "Organization", (row as { organizationId: number }).organizationId)!,
  );
}

const accountOf = (world: World, row: object): Thing =>
  find(world, "Account", (row as { accountId: number }).accountId)!;

const memory = new WeakMap<World, Map<string, Thing[]>>();

/** All that a list is made of, hidden ones included, in its order. */
export function listedIn(coordinate: string, question: Question): Thing[] {
  const known = memory.get(question.world) ?? new Map<string, Thing[]>();
  memory.set(question.world, known);
  const { asker, args, thing } = question;
  const who = asker.kind !== "anonymous" && thing.type === "Viewer" ? asker.token.id : "anyone";
  const what = `${coordinate} ${thing.row.id} ${who} ${[args.states, args.actions, args.minimumScope].map(String).join(" ")}`;
  const found = known.get(what) ?? listed[coordinate]!(question);
  known.set(what, found);
  return found;
}

const listed: Readonly<Record<string, (question: Question) => Thing[]>> = {
  "Query.accounts": ({ world }) => all(world, "Account").sort(byKey),
  "Query.organizations": ({ world }) => all(world, "Organization").sort(byKey),
  "Query.auditEvents": (question) => eventsWhere(question, () => true),
  "Viewer.repositories": ({ world, relations, asker, args }) =>
    all(world, "Repository")
      .filter(({ row }) =>
        reaches(
          relations.scopeOn(asker, row as RepositoryRow),
          (args.minimumScope as Scope | undefined) ?? "STATUS",
        ),
      )
      .sort(byKey),
  "Viewer.organizations": (question) =>
    question.asker.kind === "account" ? memberships(question, question.asker.account.id) : [],
  "Account.tokens": (question) => tokensWhere(question, (token) => token.accountId === question.thing.row.id),
  "Account.organizations": (question) => memberships(question, question.thing.row.id),
  "Account.auditEvents": (question) =>
    eventsWhere(question, (event) => event.accountId === question.thing.row.id),
  "Organization.repositories": ({ world, thing }) =>
    all(world, "Repository")
      .filter(({ row }) => (row as RepositoryRow).organizationId === thing.row.id)
      .sort(byKey),
  "Organization.members": ({ world, thing }) =>
    joined(
      "Membership",
      world.memberships.filter((one) => one.organizationId === thing.row.id),
      (row) => accountOf(world, row),
    ),
  "Organization.tokens": (question) => {
    const inside = question.world.repositories.filter((one) => one.organizationId === question.thing.row.id);
    return tokensWhere(question, (token) => inside.some((one) => one.id === token.repositoryId));
  },
  "Organization.auditEvents": (question) =>
    eventsWhere(question, (event) => event.organizationId === question.thing.row.id),
  "Repository.builds": ({ world, thing }) =>
    all(world, "Build")
      .filter(({ row }) => (row as unknown as { repositoryId: number }).repositoryId === thing.row.id)
      .sort(
        (a, b) =>
          (b.row as unknown as { number: number }).number - (a.row as unknown as { number: number }).number,
      ),
  "Repository.tokens": (question) =>
    tokensWhere(question, (token) => token.repositoryId === question.thing.row.id),
  "Repository.collaborators": ({ world, thing }) =>
    joined(
      "Collaborator",
      world.collaborators.filter((one) => one.repositoryId === thing.row.id),
      (row) => accountOf(world, row),
    ),
  "Repository.auditEvents": (question) =>
    eventsWhere(question, (event) => event.repositoryId === question.thing.row.id),
};
