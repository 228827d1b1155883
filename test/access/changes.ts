import type { Asker, Thing } from "./relations";
import { all, nodeId, stateOf } from "./values";
import { kindOf } from "./entries";
import type { AccountRow, OrganizationRow, RepositoryRow, TokenRow, World } from "./world";

/** One call of a mutation: which row of the table it is of, and on what. */
export interface Call {
  /** `Mutation.revokeTokens [organization]`, without the kind of a token. */
  readonly row: string;
  /** What it is about: it is allowed if it is on each of these. Of nothing: what the caller is anywhere decides. */
  readonly targets: readonly Thing[];
  readonly input: object;
  /** What state, not rights, has to say to who may. */
  readonly otherwise?: "CONFLICT" | null;
}

const FRESH = "fresh";
const call = (row: string, targets: readonly Thing[], input: object): Call => ({
  row: `Mutation.${row}`,
  targets,
  input,
});

/** Every mutation on every kind of object, as it is asked of one caller. */
export function callsOf(world: World, asker: Asker, secrets: readonly string[]): Call[] {
  return [
    ...onNothing(asker, secrets),
    ...all(world, "Repository").flatMap((target) => onRepository(world, target)),
    ...onSeveral(world, asker),
    ...all(world, "Organization").flatMap((target) => onOrganization(world, target, asker)),
    ...typical(world, "Account").flatMap(onAccount),
    ...onItself(world, asker),
    ...typical(world, "Token").flatMap((target) => onToken(world, target, asker)),
  ];
}

/** One of each kind of object. */
function typical(world: World, type: "Account" | "Token"): Thing[] {
  const kinds = new Map(all(world, type).map((thing) => [kindOf(world, type, thing.row).join(" "), thing]));
  return [...kinds.values()];
}

/** Tokens of somewhere else, one of each kind. */
const existing = [
  { kind: "ACCOUNT", sha256: "a1".repeat(32), label: FRESH, account: "outsider" },
  { kind: "REPOSITORY", sha256: "b2".repeat(32), label: FRESH, repository: "gh/acme/core", scope: "ADMIN" },
];

function onNothing(asker: Asker, secrets: readonly string[]): Call[] {
  const presented: Thing[] = asker.kind === "anonymous" ? [] : [{ type: "Token", row: asker.token }];
  return [
    call("createAccountToken [for itself]", [], { label: FRESH }),
    {
      ...call("rotateToken [the token presented]", [], {}),
      otherwise: asker.kind !== "anonymous" && asker.token.successorUsedAt !== null ? "CONFLICT" : null,
    },
    call("revokeToken [the token presented]", [], { reason: "gone" }),
    call("createAccount", [], { login: FRESH, kind: "SERVICE" }),
    call("createOrganization", [], { slug: `gh/${FRESH}` }),
    call("importRepositories [into a new organization]", [], { repositories: [{ slug: `gh/${FRESH}/one` }] }),
    call("importTokens", [], { tokens: existing }),
    call("reportLeakedToken", [], { secret: "twr_000000000000000000000000000000000D2eXj" }),
    ...secrets
      .slice(-2)
      .map((secret) => call("reportLeakedToken", [], { secret, url: "https://example.com/" })),
    // By its id it is the token presented all the same.
    ...presented.map((target) => call("revokeToken [id]", [target], { id: nodeId(target) })),
  ];
}

function onRepository(world: World, target: Thing): Call[] {
  const { id, slug, name } = target.row as RepositoryRow;
  const organization = slug.slice(0, slug.lastIndexOf("/"));
  const guest = world.collaborators.find((one) => one.repositoryId === id);
  const login = world.accounts.find((one) => one.id === guest?.accountId)?.login ?? "outsider";
  const token = { scope: "ADMIN", label: FRESH };
  const build = { branch: FRESH, commit: "0123456", status: "QUEUED" };
  return [
    call("createRepositoryToken", [target], { repository: slug, ...token }),
    call("createRepositoryTokens [named]", [target], { organization, repositories: [name], ...token }),
    call("rotateTokens [repository]", [target], { repository: slug }),
    call("revokeTokens [repository]", [target], { repository: slug, reason: "gone" }),
    call("updateRepository", [target], { slug, description: FRESH }),
    call("renameRepository", [target], { slug, name: FRESH }),
    call("deleteRepository", [target], { slug }),
    call("setCollaborator", [target], { repository: slug, login: "outsider", scope: "READ_ONLY" }),
    call("removeCollaborator", [target], { repository: slug, login }),
    call("reportBuild", [target], { repository: slug, ...build }),
  ];
}

/** One hidden object among several is NOT_FOUND for all. */
function onSeveral(world: World, asker: Asker): Call[] {
  const named = (name: string): Thing =>
    all(world, "Repository").find(({ row }) => (row as RepositoryRow).name === name)!;
  const [core, side] = [named("core"), named("side")];
  const token = { scope: "STATUS", label: FRESH };
  const tokens = all(world, "Token").filter(({ row }) => {
    const { repositoryId } = row as TokenRow;
    return repositoryId === core.row.id || repositoryId === side.row.id;
  });
  const both = [
    tokens.at(0)!,
    tokens.at(-1)!,
    ...tokens.filter(({ row }) => (row as TokenRow).repositoryId === side.row.id),
  ];
  return [
    call("createRepositoryTokens [named]", [core, side], {
      organization: "gh/acme",
      repositories: ["core", "side"],
      ...token,
    }),
    ...(both.some(({ row }) => asker.kind !== "anonymous" && row.id === asker.token.id)
      ? []
      : [call("rotateTokens [ids]", both, { ids: both.map(nodeId), handover: "IMMEDIATE" })]),
    call("revokeTokens [ids]", both, { ids: both.map(nodeId) }),
  ];
}

function onOrganization(world: World, target: Thing, asker: Asker): Call[] {
  const { id, slug } = target.row as OrganizationRow;
  const itself = asker.kind === "account" ? asker.account.login : null;
  const member = world.memberships.find(
    (one) => one.organizationId === id && one.accountId !== (asker.kind === "account" ? asker.account.id : 0),
  );
  const another = world.accounts.find((one) => one.id === member?.accountId)?.login ?? "former";
  return [
    call("createRepositoryTokens [all]", [target], { organization: slug, scope: "STATUS", label: FRESH }),
    call("rotateTokens [organization]", [target], { organization: slug, overlapSeconds: 60 }),
    call("revokeTokens [organization]", [target], { organization: slug }),
    call("setMembership", [target], { organization: slug, login: "outsider", role: "MEMBER" }),
    call("removeMembership [another]", [target], { organization: slug, login: another }),
    ...(itself === null
      ? []
      : [call("removeMembership [itself]", [target], { organization: slug, login: itself.toUpperCase() })]),
    call("createRepository", [target], { slug: `${slug}/${FRESH}` }),
    call("importRepositories [into an organization]", [target], {
      repositories: [{ slug: `${slug}/${FRESH}` }],
    }),
  ];
}

function onAccount(target: Thing): Call[] {
  const { login, isSiteAdmin } = target.row as AccountRow;
  return [
    call("createAccountToken [account]", [target], { account: login, label: FRESH }),
    call("updateAccount [name]", [target], { login, name: FRESH }),
    call("updateAccount [isSiteAdmin]", [target], { login, isSiteAdmin: !isSiteAdmin }),
    call("suspendAccount", [target], { login, reason: "gone" }),
    call("resumeAccount", [target], { login }),
    call("rotateTokens [account]", [target], { account: login }),
    call("revokeTokens [account]", [target], { account: login }),
  ];
}

/** What takes a caller's own rights: the answer is still given with them. */
function onItself(world: World, asker: Asker): Call[] {
  if (asker.kind !== "account") return [];
  const { login } = asker.account;
  const repositories = all(world, "Repository").flatMap((target) => {
    const { slug: repository } = target.row as RepositoryRow;
    return [
      call("setCollaborator", [target], { repository, login, scope: "STATUS" }),
      call("removeCollaborator", [target], { repository, login }),
    ];
  });
  const organizations = all(world, "Organization").map((target) =>
    call("setMembership", [target], {
      organization: (target.row as OrganizationRow).slug,
      login,
      role: "MEMBER",
    }),
  );
  return [...repositories, ...organizations, ...onAccount({ type: "Account", row: asker.account })];
}

function onToken(world: World, target: Thing, asker: Asker): Call[] {
  const id = nodeId(target);
  const token = target.row as TokenRow;
  const state = stateOf(token, world.now);
  const isRetiring = state === "RETIRING";
  const isUsed = token.successorUsedAt !== null;
  const isPresented = asker.kind !== "anonymous" && asker.token.id === token.id;
  const by = asker.kind !== "anonymous" && asker.token.id === token.replacedById ? " [by its successor]" : "";
  const unless = (fits: boolean): Pick<Call, "otherwise"> => ({ otherwise: fits ? null : "CONFLICT" });
  const mayRotate = state === "ACTIVE" || (isRetiring && !isUsed);
  return [
    { ...call("rotateToken [id]", [target], { id, label: FRESH }), ...unless(mayRotate) },
    {
      ...call("rotateToken [id]", [target], { id, handover: "ON_FIRST_USE", overlapSeconds: 60 }),
      ...unless(mayRotate),
    },
    ...(isPresented ? [] : [call("rotateTokens [ids]", [target], { ids: [id] })]),
    { ...call(`finishHandover${by}`, [target], { id }), ...unless(isRetiring) },
    { ...call(`cancelHandover${by}`, [target], { id }), ...unless(isRetiring && !isUsed) },
    call("revokeToken [id]", [target], { id, withCreated: true }),
    call("revokeTokens [ids]", [target], { ids: [id] }),
  ];
}
