import type { TextBound } from "./text";

export const PROVIDERS = ["gh", "ghe", "gl", "gle", "bb", "bbe"] as const;
export const ORGANIZATION_ROLES = ["MEMBER", "ADMIN"] as const;
export type OrganizationRole = (typeof ORGANIZATION_ROLES)[number];

export interface Organization {
  readonly noun: "Organization";
  readonly id: number;
  /** provider/name, kept as written, compared without case. */
  readonly slug: string;
  readonly name: string;
  readonly createdAt: Date;
}

export interface Membership {
  readonly accountId: number;
  readonly organizationId: number;
  readonly role: OrganizationRole;
}

const nameShape = /^[A-Za-z0-9._-]{1,100}$/;

/** The name of an organization or of a repository, as Git providers have it. */
export const nameBound: TextBound = {
  allowed: "must be 1 to 100 of A-Z a-z 0-9 . _ -, not . or ..",
  accept: (text) => (nameShape.test(text) && text !== "." && text !== ".." ? text : null),
};

const isProvider = (text: string | undefined): boolean =>
  (PROVIDERS as readonly (string | undefined)[]).includes(text);

function isSlug(text: string, names: number): boolean {
  // One part more than there may be is enough to see that there are too many.
  const [provider, ...rest] = text.split("/", names + 2);
  return (
    isProvider(provider) && rest.length === names && rest.every((name) => nameBound.accept(name) !== null)
  );
}

export const organizationSlugBound: TextBound = {
  allowed: `must be provider/name; providers: ${PROVIDERS.join(", ")}; the name ${nameBound.allowed}`,
  accept: (text) => (isSlug(text, 1) ? text : null),
};

export const repositorySlugBound: TextBound = {
  allowed: `must be provider/organization/name; providers: ${PROVIDERS.join(", ")}; each name ${nameBound.allowed}`,
  accept: (text) => (isSlug(text, 2) ? text : null),
};

/** The last part of a slug. */
export function nameOf(slug: string): string {
  return slug.slice(slug.lastIndexOf("/") + 1);
}

/** The slug of the organization that a repository slug lies in. */
export function organizationOf(repositorySlug: string): string {
  return repositorySlug.slice(0, repositorySlug.lastIndexOf("/"));
}
