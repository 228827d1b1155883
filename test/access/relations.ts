import { createHash } from "node:crypto";
import type { Column, Scope } from "./table";
import type {
  AccountRow,
  AuditEventRow,
  CollaboratorRow,
  MembershipRow,
  RepositoryRow,
  TokenRow,
  World,
} from "./world";

/** Who asks: nobody, or the token presented, whose rights are looked up in the world. */
export type Asker =
  | { readonly kind: "anonymous" }
  | { readonly kind: "account"; readonly token: TokenRow; readonly account: AccountRow }
  | {
      readonly kind: "repository";
      readonly token: TokenRow;
      readonly repositoryId: number;
      readonly scope: Scope;
    };

/** An object as the oracle passes it on. `verified`: given out by a verification, whoever may see it otherwise. */
export interface Thing {
  readonly type: string;
  readonly row: { readonly id: number };
  readonly verified?: boolean;
}

/** How an asker stands to an object: the columns that fit, in the rows of one kind ("of an account", or ""). */
export interface Standing {
  readonly kind: string;
  readonly columns: readonly Column[];
}

const order: readonly Scope[] = ["STATUS", "READ_ONLY", "ADMIN"];
export const reaches = (held: Scope | null, needed: Scope): boolean =>
  held !== null && order.indexOf(held) >= order.indexOf(needed);

const byTokenScope = { STATUS: "status", READ_ONLY: "read", ADMIN: "admin" } as const;

/** What is stored of a secret is its SHA-256. */
export function tokenOf(world: World, secret: string): TokenRow | undefined {
  const digest = createHash("sha256").update(secret).digest("hex");
  return world.tokens.find((one) => one.digest === digest);
}

/** Who presents a token that is good; undefined: nobody does. */
export function askerOf(world: World, token: TokenRow | undefined): Asker {
  if (token === undefined) return { kind: "anonymous" };
  if (token.kind === "REPOSITORY")
    return { kind: "repository", token, repositoryId: token.repositoryId!, scope: token.scope! };
  const account = world.accounts.find((one) => one.id === token.accountId)!;
  return { kind: "account", token, account };
}

/** What askers are to things, in one world. Knows nothing of fields. */
export class Relations {
  private readonly known = new WeakMap<Asker, WeakMap<object, Standing[]>>();

  constructor(private readonly world: World) {}

  /** The effective scope. */
  scopeOn(asker: Asker, repository: RepositoryRow): Scope | null {
    if (asker.kind === "anonymous") return null;
    if (asker.kind === "repository") return asker.repositoryId === repository.id ? asker.scope : null;
    const role = this.roleIn(asker.account.id, repository.organizationId);
    const held = [
      asker.account.isSiteAdmin || role === "ADMIN" ? "ADMIN" : null,
      role === "MEMBER" ? "READ_ONLY" : null,
      this.collaboration(asker.account.id, repository.id),
    ] as const;
    return [...order].reverse().find((scope) => held.includes(scope)) ?? null;
  }

  roleIn(accountId: number, organizationId: number): "MEMBER" | "ADMIN" | null {
    const membership = this.world.memberships.find(
      (one) => one.accountId === accountId && one.organizationId === organizationId,
    );
    return membership?.role ?? null;
  }

  /** For what is about no object: what an actor is anywhere. */
  anywhere(asker: Asker): Standing[] {
    if (asker.kind === "anonymous") return [{ kind: "", columns: ["anonymous"] }];
    if (asker.kind === "repository") return [{ kind: "", columns: [byTokenScope[asker.scope]] }];
    const roles = this.world.memberships.filter((one) => one.accountId === asker.account.id);
    const guests = this.world.collaborators.filter((one) => one.accountId === asker.account.id);
    return this.asAccount(asker.account, [
      ...roles.map(({ role }): Column => (role === "ADMIN" ? "org admin" : "member")),
      ...guests.map(({ scope }): Column => `collaborator(${scope})`),
    ]);
  }

  to(asker: Asker, thing: Thing): Standing[] {
    const known = this.known.get(asker) ?? new WeakMap<object, Standing[]>();
    this.known.set(asker, known);
    const standings = known.get(thing.row) ?? this.lookUp(asker, thing);
    known.set(thing.row, standings);
    return standings;
  }

  private lookUp(asker: Asker, { type, row }: Thing): Standing[] {
    const { id } = row;
    switch (type) {
      case "Repository":
        return this.toRepository(asker, id);
      case "Build":
        return this.toRepository(asker, (row as unknown as { repositoryId: number }).repositoryId);
      case "Organization":
        return this.toOrganization(asker, id);
      case "Account":
        return this.toAccount(asker, id);
      case "Token":
        return this.toToken(asker, row as TokenRow);
      case "AuditEvent":
        return this.toEvent(asker, row as AuditEventRow);
      case "Membership":
        return this.toMembership(asker, row as unknown as MembershipRow);
      case "Collaborator":
        return this.toRepository(asker, (row as unknown as CollaboratorRow).repositoryId);
      default:
        return this.anywhere(asker);
    }
  }

  toRepository(asker: Asker, repositoryId: number | null): Standing[] {
    const repository = this.world.repositories.find((one) => one.id === repositoryId);
    if (asker.kind !== "account") return this.asToken(asker, repository !== undefined, repositoryId);
    const columns: Column[] = [];
    if (repository !== undefined) {
      const role = this.roleIn(asker.account.id, repository.organizationId);
      if (role !== null) columns.push(role === "ADMIN" ? "org admin" : "member");
      const scope = this.collaboration(asker.account.id, repository.id);
      if (scope !== null) columns.push(`collaborator(${scope})`);
    }
    return this.asAccount(asker.account, columns);
  }

  toOrganization(asker: Asker, organizationId: number): Standing[] {
    const inside = this.world.repositories.filter((one) => one.organizationId === organizationId);
    if (asker.kind !== "account") {
      const own = asker.kind === "repository" && inside.some((one) => one.id === asker.repositoryId);
      return this.asToken(asker, own, asker.kind === "repository" ? asker.repositoryId : null);
    }
    const role = this.roleIn(asker.account.id, organizationId);
    const scopes = inside.map((one) => this.collaboration(asker.account.id, one.id));
    return this.asAccount(asker.account, [
      ...(role === null ? [] : [role === "ADMIN" ? ("org admin" as const) : ("member" as const)]),
      ...scopes.flatMap((scope) => (scope === null ? [] : [`collaborator(${scope})` as const])),
    ]);
  }

  /** To an account: what they share, an organization or a repository that it made tokens for or collaborates on. */
  toAccount(asker: Asker, accountId: number): Standing[] {
    const worksOn = this.world.repositories.filter(
      (one) =>
        this.collaboration(accountId, one.id) !== null ||
        this.world.tokens.some((token) => token.repositoryId === one.id && token.createdById === accountId),
    );
    if (asker.kind !== "account") {
      const own = asker.kind === "repository" && worksOn.some((one) => one.id === asker.repositoryId);
      return this.asToken(asker, own, asker.kind === "repository" ? asker.repositoryId : null);
    }
    const columns: Column[] = asker.account.id === accountId ? ["itself"] : [];
    for (const { organizationId } of this.world.memberships.filter((one) => one.accountId === accountId)) {
      const role = this.roleIn(asker.account.id, organizationId);
      if (role !== null) columns.push(role === "ADMIN" ? "org admin" : "member");
    }
    for (const repository of worksOn) {
      if (this.roleIn(asker.account.id, repository.organizationId) === "ADMIN") columns.push("org admin");
      const scope = this.collaboration(asker.account.id, repository.id);
      if (scope !== null) columns.push(`collaborator(${scope})`);
    }
    return this.asAccount(asker.account, columns);
  }

  private toMembership(asker: Asker, { organizationId, accountId }: MembershipRow): Standing[] {
    const [standing] = this.toOrganization(asker, organizationId);
    const own = asker.kind === "account" && asker.account.id === accountId;
    return [{ kind: "", columns: [...standing!.columns, ...(own ? (["itself"] as const) : [])] }];
  }

  private toToken(asker: Asker, token: TokenRow): Standing[] {
    const [standing] =
      token.kind === "ACCOUNT"
        ? this.toAccount(asker, token.accountId!)
        : this.toRepository(asker, token.repositoryId);
    const itself = asker.kind !== "anonymous" && asker.token.id === token.id;
    return [
      { kind: kindOfToken(token), columns: [...standing!.columns, ...(itself ? (["itself"] as const) : [])] },
    ];
  }

  private toEvent(asker: Asker, event: AuditEventRow): Standing[] {
    const standings: Standing[] = [];
    const add = (kind: string, columns: readonly Column[]): void => void standings.push({ kind, columns });
    const { repositoryId, organizationId, accountId } = event;
    if (repositoryId !== null) add("about a repository", this.toRepository(asker, repositoryId)[0]!.columns);
    if (organizationId !== null)
      add("about an organization", this.toOrganization(asker, organizationId)[0]!.columns);
    if (accountId !== null) add("about an account", this.toAccount(asker, accountId)[0]!.columns);
    const own = asker.kind === "account" ? event.actorId === asker.account.id : isActorToken(asker, event);
    if (own) add("of its own", ["itself"]);
    return standings;
  }

  private collaboration(accountId: number, repositoryId: number): Scope | null {
    const found = this.world.collaborators.find(
      (one) => one.accountId === accountId && one.repositoryId === repositoryId,
    );
    return found?.scope ?? null;
  }

  private asToken(asker: Asker, exists: boolean, repositoryId: number | null): Standing[] {
    if (asker.kind !== "repository") return this.anywhere(asker);
    const own = exists && asker.repositoryId === repositoryId;
    return [{ kind: "", columns: [own ? byTokenScope[asker.scope] : "elsewhere"] }];
  }

  private asAccount({ isSiteAdmin, kind }: AccountRow, columns: readonly Column[]): Standing[] {
    const all: Column[] = columns.length === 0 ? ["outsider"] : [...new Set(columns)];
    if (kind === "SERVICE") all.push("service");
    if (isSiteAdmin) all.push("site admin");
    return [{ kind: "", columns: all }];
  }
}

/** Which of the rows of a token's field a token is judged by. */
export const kindOfToken = (token: TokenRow): string =>
  token.kind === "ACCOUNT" ? "of an account" : "of a repository";

const isActorToken = (asker: Asker, event: AuditEventRow): boolean =>
  asker.kind === "repository" && event.actorTokenId === asker.token.id;
