import type { Client } from "./client";
import type { TestApp } from "./kit";
import { mutate } from "./mutations";
import { rotateToken, type RotatedAnswer, type TokenAnswer, tokenFields } from "./tokens";

export interface HandoverAnswer {
  readonly startedAt: string;
  readonly firstUseOfNewAt: string | null;
  readonly oldUsesSinceStart: number;
  readonly overlapSeconds: number;
  readonly endsAt: string;
}
export interface UsageAnswer {
  readonly days: readonly { readonly date: string; readonly count: number }[];
  readonly clients: readonly {
    readonly ip: string | null;
    readonly userAgent: string | null;
    readonly lastUsedAt: string;
    readonly count: number;
  }[];
}

export const handoverFields = "startedAt firstUseOfNewAt oldUsesSinceStart overlapSeconds endsAt";
export const usageFields = "days { date count } clients { ip userAgent lastUsedAt count }";

/** How the handover of a token stands; null: it is in none. */
export async function readHandover(client: Client, id: string): Promise<HandoverAnswer | null> {
  const { node } = await client.must<{ node: { handover: HandoverAnswer | null } }>(
    `query($id: ID!) { node(id: $id) { ... on Token { handover { ${handoverFields} } } } }`,
    { id },
  );
  return node.handover;
}

export async function readUsage(client: Client, id: string, days?: number): Promise<UsageAnswer> {
  const { node } = await client.must<{ node: { usage: UsageAnswer } }>(
    `query($id: ID!, $days: Int) { node(id: $id) { ... on Token { usage(days: $days) { ${usageFields} } } } }`,
    { id, days },
  );
  return node.usage;
}

/** Rotates ON_FIRST_USE. */
export const handOver = (client: Client, id: string, input: object = {}): Promise<RotatedAnswer> =>
  rotateToken(client, { id, handover: "ON_FIRST_USE", ...input });

export async function finishHandover(client: Client, id: string): Promise<TokenAnswer> {
  const { token } = await mutate<{ token: TokenAnswer }>(
    client,
    "finishHandover",
    { id },
    `token { ${tokenFields} }`,
  );
  return token;
}

export async function cancelHandover(client: Client, id: string): Promise<TokenAnswer> {
  const { token } = await mutate<{ token: TokenAnswer }>(
    client,
    "cancelHandover",
    { id },
    `token { ${tokenFields} }`,
  );
  return token;
}

/** What a verification says of a secret: the code. `recordUse: false` only looks. */
export async function verdictOn(test: TestApp, secret: string, recordUse = false): Promise<string> {
  const { verifyToken } = await test.admin.must<{ verifyToken: { code: string } }>(
    "query($input: VerifyTokenInput!) { verifyToken(input: $input) { code } }",
    { input: { secret, recordUse } },
  );
  return verifyToken.code;
}

/** What a look at each secret says. */
export const verdictsOn = (test: TestApp, ...secrets: string[]): Promise<string[]> =>
  Promise.all(secrets.map((secret) => verdictOn(test, secret)));
