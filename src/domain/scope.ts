/** What a token or an account may do on one repository, weakest first. */
export const REPOSITORY_SCOPES = ["STATUS", "READ_ONLY", "ADMIN"] as const;
export type RepositoryScope = (typeof REPOSITORY_SCOPES)[number];

/** Whether a held scope is enough for a needed one. No scope covers nothing. */
export function covers(held: RepositoryScope | null, needed: RepositoryScope): boolean {
  return held !== null && REPOSITORY_SCOPES.indexOf(held) >= REPOSITORY_SCOPES.indexOf(needed);
}

export function higher(one: RepositoryScope | null, other: RepositoryScope | null): RepositoryScope | null {
  if (one === null) return other;
  return covers(one, other ?? "STATUS") ? one : other;
}

/** The given scope and those above it. */
export function scopesFrom(least: RepositoryScope): readonly RepositoryScope[] {
  return REPOSITORY_SCOPES.slice(REPOSITORY_SCOPES.indexOf(least));
}
