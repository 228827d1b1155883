import { request as httpRequest } from "node:http";
import type { Answer, Client } from "./client";
import { mutation } from "./mutations";

let serial = 0;
/** An Idempotency-Key that nobody used before. */
export const newKey = (): string => `a-key-of-its-own-${(serial += 1)}`;

interface Secret {
  readonly secret: string;
  readonly token: { readonly id: string };
}
export type Payload = Partial<Secret> & {
  readonly rotatedCount?: number;
  readonly tokens?: readonly Secret[];
};

const one = "secret token { id }";
const selections: Readonly<Record<string, string>> = {
  createRepositoryTokens: `tokens { ${one} }`,
  rotateTokens: `rotatedCount tokens { ${one} }`,
};
export const documentOf = (field: string): string => mutation(field, selections[field] ?? one);

/** Sends a mutation with an Idempotency-Key. */
export const sendOnce = (
  client: Client,
  key: string,
  field: string,
  input: object,
): Promise<Answer<Record<string, Payload | null>>> =>
  client.send(documentOf(field), { input }, { "idempotency-key": key });

/** What the mutation answers. */
export async function once(client: Client, key: string, field: string, input: object): Promise<Payload> {
  const { data, text } = await sendOnce(client, key, field, input);
  const payload = data?.[field];
  if (!payload) throw new Error(`refused: ${text}`);
  return payload;
}

/** What refuses it: the HTTP status and the code; [200, "OK"] when nothing does. */
export async function refusalOnce(
  client: Client,
  key: string,
  field: string,
  input: object,
): Promise<[number, string]> {
  const { status, errors } = await sendOnce(client, key, field, input);
  return [status, errors[0]?.extensions.code ?? "OK"];
}

/** Sends it and cuts the connection at the first byte of the answer, which is after the commit; nobody reads it. */
export function cutOff(client: Client, key: string, field: string, input: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${client.url}/graphql`, {
      method: "POST",
      agent: false,
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${client.secret ?? ""}`,
        "idempotency-key": key,
      },
    });
    request.once("error", reject);
    request.once("response", (response) => {
      response.once("close", () => {
        resolve();
      });
      response.destroy();
    });
    request.end(JSON.stringify({ query: documentOf(field), variables: { input } }));
  });
}
