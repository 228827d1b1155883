import type { Client } from "./client";
import { mutate } from "./mutations";

interface Id {
  readonly id: string;
}
interface Login {
  readonly login: string;
}

/** Everything that the API tells of a token. */
export interface TokenAnswer {
  readonly id: string;
  readonly kind: string;
  readonly scope: string | null;
  readonly label: string;
  readonly hint: string;
  readonly state: string;
  readonly account: Login | null;
  readonly repository: { readonly slug: string } | null;
  readonly createdBy: Login | null;
  readonly createdByToken: Id | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: Login | null;
  readonly revokeReason: string | null;
  readonly replaces: Id | null;
  readonly replacedBy: Id | null;
  readonly imported: boolean;
}

/** The selection that gives a `TokenAnswer`. */
export const tokenFields = `
  id kind scope label hint state account { login } repository { slug } createdBy { login } createdByToken { id }
  createdAt expiresAt lastUsedAt revokedAt revokedBy { login } revokeReason replaces { id } replacedBy { id } imported`;

export interface CreatedAnswer {
  readonly secret: string;
  readonly token: TokenAnswer;
}
export interface RotatedAnswer extends CreatedAnswer {
  readonly replaced: TokenAnswer;
}
export interface RevokedAnswer {
  readonly revokedCount: number;
  readonly token: TokenAnswer;
}

export const createAccountToken = (client: Client, input: object = {}): Promise<CreatedAnswer> =>
  mutate(client, "createAccountToken", { label: "test", ...input }, `secret token { ${tokenFields} }`);

export const createRepositoryToken = (client: Client, input: object): Promise<CreatedAnswer> =>
  mutate(
    client,
    "createRepositoryToken",
    { label: "test", scope: "READ_ONLY", ...input },
    `secret token { ${tokenFields} }`,
  );

export const rotateToken = (client: Client, input: object = {}): Promise<RotatedAnswer> =>
  mutate(client, "rotateToken", input, `secret token { ${tokenFields} } replaced { ${tokenFields} }`);

export const revokeToken = (client: Client, input: object = {}): Promise<RevokedAnswer> =>
  mutate(client, "revokeToken", input, `revokedCount token { ${tokenFields} }`);

export async function revokeTokens(client: Client, input: object): Promise<number> {
  const { revokedCount } = await mutate<{ revokedCount: number }>(
    client,
    "revokeTokens",
    input,
    "revokedCount",
  );
  return revokedCount;
}

/** A token as this caller sees it; null: not at all. */
export async function readToken(client: Client, id: string): Promise<TokenAnswer | null> {
  const { node } = await client.must<{ node: TokenAnswer | null }>(
    `query($id: ID!) { node(id: $id) { ... on Token { ${tokenFields} } } }`,
    { id },
  );
  return node;
}

/** What a request with this credential is told before anything runs: the message of the refusal, or "welcome". */
export async function greet(client: Client): Promise<string> {
  const { status, errors } = await client.send("{ viewer { token { id } } }");
  return status === 401 ? (errors[0]?.message ?? "") : "welcome";
}
