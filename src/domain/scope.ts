/** What a token or an account may do on one repository, weakest first. */
export const REPOSITORY_SCOPES = ["STATUS", "READ_ONLY", "ADMIN"] as const;
export type RepositoryScope = (typeof REPOSITORY_SCOPES)[number];

const ranks: Readonly<Record<RepositoryScope, number>> = { STATUS: 1, READ_ONLY: 2, ADMIN: 3 };
/** No scope at all is below the weakest. */
const rank = (scope: RepositoryScope | null): number => (scope === null ? 0 : ranks[scope]);

/** Whether a held scope is enough for a needed one. No scope covers nothing. */
export function covers(held: RepositoryScope | null, needed: RepositoryScope): boolean {
  return rank(held) >= rank(needed);
}

export function higher(one: RepositoryScope | null, other: RepositoryScope | null): RepositoryScope | null {
  return rank(one) >= rank(other) ? one : other;
}

/** The given scope and those above it. */
export function scopesFrom(least: RepositoryScope): readonly RepositoryScope[] {
  return REPOSITORY_SCOPES.slice(REPOSITORY_SCOPES.indexOf(least));
}
