import type { TestApp } from "./kit";

interface Slug {
  readonly slug: string;
}
interface Login {
  readonly login: string;
}

/** An audit event as a site administrator reads it. */
export interface AuditAnswer {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly requestId: string | null;
  readonly actor: Login | null;
  readonly actorToken: { readonly id: string } | null;
  readonly account: Login | null;
  readonly organization: Slug | null;
  readonly repository: Slug | null;
  readonly token: { readonly id: string } | null;
  readonly scope: string | null;
  readonly role: string | null;
  readonly reason: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export const auditFields = `id at action requestId actor { login } actorToken { id } account { login }
  organization { slug } repository { slug } token { id } scope role reason ip userAgent`;

/** The newest lines of the site, newest first. */
async function newest(test: TestApp): Promise<AuditAnswer[]> {
  const { auditEvents } = await test.admin.must<{ auditEvents: { nodes: AuditAnswer[] } }>(
    `{ auditEvents(first: 100) { nodes { ${auditFields} } } }`,
  );
  return auditEvents.nodes;
}

/** The lines that some work wrote, oldest first; at most 99 of them. */
export async function linesOf(test: TestApp, work: () => Promise<unknown>): Promise<AuditAnswer[]> {
  const [last] = await newest(test);
  await work();
  const lines = await newest(test);
  const end = lines.findIndex(({ id }) => id === last?.id);
  if (end === -1) throw new Error("more lines than a page holds");
  return lines.slice(0, end).reverse();
}

/** A line in short: its action and what it is about, without what is the same in every line. */
export function inShort(line: AuditAnswer): Record<string, unknown> {
  const { action, account, organization, repository, token, scope, role, reason } = line;
  const all = {
    action,
    account: account?.login,
    organization: organization?.slug,
    repository: repository?.slug,
    token: token?.id,
    scope,
    role,
    reason,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}
