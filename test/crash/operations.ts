import type { LineRow, Snapshot } from "./snapshot";

/** What an audit line says, in one text. */
export type Line = string;
const line = (
  action: string,
  about: { account?: number; repository?: number | null; token?: number },
): Line =>
  `${action} account=${about.account ?? "-"} repository=${about.repository ?? "-"} token=${about.token ?? "-"}`;
export const lineOf = (row: LineRow): Line =>
  line(row.action, {
    ...(row.account_id === null ? {} : { account: row.account_id }),
    repository: row.repository_id,
    ...(row.token_id === null ? {} : { token: row.token_id }),
  });

/** One mutation, and how it is found again in the database. */
export interface Operation {
  readonly name: string;
  readonly document: string;
  /** The audit lines that it must have written; null when nothing of it is there. Throws when a part of it is. */
  trace(found: Snapshot): Line[] | null;
}

/** A token, as far as the one who changes it needs to know it. */
export interface Owned {
  readonly id: number;
  readonly repository_id: number | null;
}

class HalfDone extends Error {}

/** All of these rows, or none of them. */
function whole<T>(name: string, rows: readonly (T | undefined)[]): T[] | null {
  const present = rows.filter((row) => row !== undefined);
  if (present.length === 0) return null;
  if (present.length < rows.length) throw new HalfDone(`${name}: ${present.length} of ${rows.length}`);
  return present;
}

const text = JSON.stringify;

export function createToken(name: string, repository: string): Operation {
  return {
    name,
    document: `createRepositoryToken(input: { repository: ${text(repository)}, scope: STATUS, label: ${text(name)} })
      { secret token { id repository { id } } }`,
    trace: (found) => {
      const tokens = found.tokensByLabel.get(name) ?? [];
      if (tokens.length > 1) throw new HalfDone(`${name}: made twice`);
      return tokens.length === 0 ? null : tokens.map(created);
    },
  };
}

const created = (token: Owned): Line =>
  line("TOKEN_CREATED", { repository: token.repository_id, token: token.id });

export function createTokens(name: string, organization: string, names: readonly string[]): Operation {
  return {
    name,
    document: `createRepositoryTokens(input: { organization: ${text(organization)}, repositories: ${text(names)},
      scope: READ_ONLY, label: ${text(name)} }) { tokens { secret token { id repository { id } } } }`,
    trace: (found) => {
      const tokens = found.tokensByLabel.get(name) ?? [];
      return (
        whole(
          name,
          Array.from({ length: Math.max(names.length, tokens.length) }, (_, i) => tokens[i]),
        )?.map(created) ?? null
      );
    },
  };
}

export function rotateToken(name: string, old: Owned): Operation {
  return {
    name,
    document: `rotateToken(input: { id: ${text(nodeId("Token", old.id))}, label: ${text(name)} })
      { secret token { id repository { id } } }`,
    trace: (found) => {
      const [successor, ...more] = found.tokensByLabel.get(name) ?? [];
      const before = found.tokensById.get(old.id);
      if (successor === undefined) return null;
      const linked =
        more.length === 0 &&
        successor.replaces_id === old.id &&
        before?.replaced_by_id === successor.id &&
        before.rotated_at !== null;
      if (!linked) throw new HalfDone(`${name}: rotated by half`);
      return [line("TOKEN_ROTATED", { repository: old.repository_id, token: old.id })];
    },
  };
}

export function revokeToken(name: string, token: Owned): Operation {
  return {
    name,
    document: `revokeToken(input: { id: ${text(nodeId("Token", token.id))}, reason: ${text(name)} }) { revokedCount }`,
    trace: (found) => revoked(name, [token], found),
  };
}

/** All live tokens of a repository at once: `live` are those that it has, as far as anybody knows. */
export function sweep(name: string, repository: string, live: readonly Owned[]): Operation {
  return {
    name,
    document: `revokeTokens(input: { repository: ${text(repository)}, reason: ${text(name)} }) { revokedCount }`,
    trace: (found) => revoked(name, live, found),
  };
}

function revoked(name: string, wanted: readonly Owned[], found: Snapshot): Line[] | null {
  const ended = found.tokensByReason.get(name) ?? [];
  const ids = new Set(ended.map((token) => token.id));
  if (ended.some((token) => !wanted.some(({ id }) => id === token.id)))
    throw new HalfDone(`${name}: revoked another token`);
  const tokens = whole(
    name,
    wanted.map((token) => (ids.has(token.id) ? token : undefined)),
  );
  return (
    tokens?.map((token) => line("TOKEN_REVOKED", { repository: token.repository_id, token: token.id })) ??
    null
  );
}

export function reportBuild(name: string, repository: string, commit: string): Operation {
  return {
    name,
    document: `reportBuild(input: { repository: ${text(repository)}, branch: "main", commit: ${text(commit)},
      status: SUCCESS }) { build { number } }`,
    trace: (found) => {
      const build = found.builds.get(commit);
      return build === undefined ? null : [line("BUILD_REPORTED", { repository: build.repository_id })];
    },
  };
}

export function createAccount(name: string): Operation {
  return {
    name,
    document: `createAccount(input: { login: ${text(name)} }) { account { id } }`,
    trace: (found) => {
      const account = found.accounts.get(name);
      return account === undefined ? null : [line("ACCOUNT_CREATED", { account })];
    },
  };
}

export function setMembership(name: string, organization: string, login: string): Operation {
  return {
    name,
    document: `setMembership(input: { organization: ${text(organization)}, login: ${text(login)}, role: MEMBER })
      { organization { id } }`,
    trace: (found) => {
      const account = found.accounts.get(login);
      if (account === undefined || !found.members.has(account)) return null;
      return [line("MEMBERSHIP_SET", { account })];
    },
  };
}

/** An organization and two repositories in it. */
export function importRepositories(name: string): Operation {
  const organization = `gh/${name}`;
  const slugs = [`${organization}/a`, `${organization}/b`];
  return {
    name,
    document: `importRepositories(input: { repositories: [${slugs.map((slug) => `{ slug: ${text(slug)} }`).join(", ")}] })
      { createdCount }`,
    trace: (found) => {
      const rows = whole<{ id: number }>(name, [
        ...slugs.map((slug) => found.repositories.get(slug)),
        found.organizations.has(organization) ? { id: 0 } : undefined,
      ]);
      return (
        rows?.map(({ id }) =>
          id === 0 ? line("ORGANIZATION_CREATED", {}) : line("REPOSITORY_CREATED", { repository: id }),
        ) ?? null
      );
    },
  };
}

export function createRepository(name: string, organization: string): Operation {
  const slug = `${organization}/${name}`;
  return {
    name,
    document: `createRepository(input: { slug: ${text(slug)} }) { repository { id slug } }`,
    trace: (found) => {
      // The line of its deletion holds the slug that is gone.
      const gone = found.lines.find((row) => row.action === "REPOSITORY_DELETED" && row.reason === slug);
      const repository = found.repositories.get(slug)?.id ?? gone?.repository_id;
      return repository === undefined || repository === null
        ? null
        : [line("REPOSITORY_CREATED", { repository })];
    },
  };
}

/** A repository, and the end of all of its tokens. */
export function deleteRepository(
  name: string,
  repository: { readonly id: number; readonly slug: string },
  live: readonly Owned[],
): Operation {
  return {
    name,
    document: `deleteRepository(input: { slug: ${text(repository.slug)} }) { revokedCount }`,
    trace: (found) => {
      const tokens = found.tokens.filter((token) => token.repository_id === repository.id);
      const ended = (found.tokensByReason.get("repository deleted") ?? []).filter(
        (token) => token.repository_id === repository.id,
      );
      if (found.repositoryIds.has(repository.id)) {
        if (ended.length > 0) throw new HalfDone(`${name}: tokens ended, repository still there`);
        return null;
      }
      const lived = tokens.some((token) => token.revoked_at === null && token.rotated_at === null);
      if (lived || ended.length !== live.length || tokens.some((token) => token.organization_id !== null)) {
        throw new HalfDone(`${name}: repository gone, tokens still there`);
      }
      return [
        line("REPOSITORY_DELETED", { repository: repository.id }),
        ...live.map((token) => line("TOKEN_REVOKED", { repository: repository.id, token: token.id })),
      ];
    },
  };
}

const nodeId = (noun: string, id: number): string => Buffer.from(`${noun}:${id}`).toString("base64url");
/** The number in an id that the API gave. */
export const numberIn = (id: string): number => Number(Buffer.from(id, "base64url").toString().split(":")[1]);
