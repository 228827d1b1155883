import { all, type NodeType, nodeId, stateOf } from "./values";
import type { Thing } from "./relations";
import type { Entry } from "./walk";
import type {
  AccountRow,
  AuditEventRow,
  BuildRow,
  OrganizationRow,
  RepositoryRow,
  TokenRow,
  World,
} from "./world";

/** Every question at the root: of every object by each of its names, of what is not there, and of every secret. */
export function entriesOf(world: World, secrets: readonly string[]): Entry[] {
  const once = new Set<string>();
  const isFirst = (kind: string): boolean => !once.has(kind) && once.add(kind).size > 0;
  const entry = (
    field: string,
    type: string,
    args: Entry["args"] = {},
    kinds: readonly string[] = [],
  ): Entry => {
    const [kind = "", finer = ""] = kinds;
    const isFirstOfKind = isFirst(`${field} ${type} ${kind}`);
    const isFirstOfFiner = isFirst(`${field} ${type} ${kind} ${finer}`);
    const depth = isFirstOfKind ? 4 : isFirstOfFiner ? 2 : 1;
    return { label: `${field} ${JSON.stringify(args)}`, field, type, args, depth };
  };

  const lists = [
    entry("viewer", "Viewer"),
    entry("accounts", "Account"),
    entry("organizations", "Organization"),
    entry("auditEvents", "AuditEvent"),
  ];
  const byName = [
    ...world.accounts.map((row) =>
      entry("account", "Account", { login: row.login }, kindOf(world, "Account", row)),
    ),
    ...world.organizations.map(({ slug }) => entry("organization", "Organization", { slug }, [slug])),
    ...world.repositories.map(({ slug }) => entry("repository", "Repository", { slug }, [slug])),
    entry("account", "Account", { login: "MEMBER" }, ["another case"]),
    entry("organization", "Organization", { slug: "gh/ACME" }, ["another case"]),
    entry("repository", "Repository", { slug: "gh/Acme/CORE" }, ["another case"]),
    entry("account", "Account", { login: "not-there" }, ["missing"]),
    entry("organization", "Organization", { slug: "gh/not-there" }, ["missing"]),
    entry("repository", "Repository", { slug: "gh/acme/not-there" }, ["missing"]),
  ];
  const types: NodeType[] = ["Account", "Organization", "Repository", "Build", "Token", "AuditEvent"];
  const byId = types.flatMap((type) => [
    ...all(world, type).map((thing) =>
      entry("node", type, { id: nodeId(thing) }, kindOf(world, type, thing.row)),
    ),
    entry("node", type, { id: nodeId({ type, row: { id: 999_999 } }) }, ["missing"]),
  ]);
  return [...lists, ...byName, ...byId, ...verifications(secrets).map((args, at) => verification(args, at))];
}

function verification(args: Entry["args"], at: number): Entry {
  const field = "inputs" in args ? "verifyTokens" : "verifyToken";
  return { label: `${field} ${at}`, field, type: "TokenVerification", args, depth: at % 7 === 0 ? 4 : 2 };
}

function verifications(secrets: readonly string[]): Entry["args"][] {
  const unknown = "twr_000000000000000000000000000000000D2eXj";
  const inputs = [...secrets, unknown].flatMap((secret, at): object[] => {
    const slugs = ["gh/acme/core", "gl/other/app", "gh/acme/side", "gh/acme/gone", "gh/acme/quiet"];
    return [
      { secret },
      { secret, repository: slugs[0], scope: at % 2 === 0 ? "READ_ONLY" : "STATUS", recordUse: at % 3 === 0 },
      { secret, repository: slugs[1 + (at % 4)], scope: "ADMIN" },
    ];
  });
  const lists = [inputs.slice(0, 4), inputs.slice(-4), inputs.filter((_, at) => at % 17 === 0).slice(0, 4)];
  return [...inputs.map((input) => ({ input })), ...lists.map((list) => ({ inputs: list }))];
}

/** What makes an object another kind of object than others of its type: in large, in small. */
export function kindOf(world: World, type: string, row: Thing["row"]): string[] {
  switch (type) {
    case "Account": {
      const { id, kind, isSiteAdmin, suspendedAt } = row as AccountRow;
      const roles = world.memberships.filter((one) => one.accountId === id).map((one) => one.role);
      const scopes = world.collaborators.filter((one) => one.accountId === id).map((one) => one.scope);
      const made = world.tokens.some((token) => token.createdById === id && token.repositoryId !== null);
      return [[kind, isSiteAdmin, suspendedAt === null, ...roles].join(" "), [...scopes, made].join(" ")];
    }
    case "Token": {
      const token = row as TokenRow;
      const exists = world.repositories.some((one) => one.id === token.repositoryId);
      const stage = [token.successorUsedAt !== null, token.awaitsFirstUse];
      const state = [token.kind, exists, stateOf(token, world.now), ...stage].join(" ");
      return [state, [token.scope, token.replacesId !== null, token.createdByTokenId !== null].join(" ")];
    }
    case "AuditEvent": {
      const event = row as AuditEventRow;
      const exists = world.repositories.some((one) => one.id === event.repositoryId);
      return [event.action, [event.actorId !== null, event.actorTokenId !== null, exists].join(" ")];
    }
    case "Build":
      return [String((row as BuildRow).repositoryId)];
    default:
      return [(row as OrganizationRow | RepositoryRow).slug];
  }
}
