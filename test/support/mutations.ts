import type { Client, GraphQLError } from "./client";

/** The document of one mutation field: `mutation("rotateToken", "secret token { id }")`. */
export function mutation(field: string, selection = "__typename"): string {
  const own = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input!`;
  const input = field.endsWith("Handover") ? "HandoverInput!" : own;
  return `mutation($input: ${input}) { ${field}(input: $input) { ${selection} } }`;
}

/** What a mutation answers; throws when it was refused. */
export async function mutate<Payload = Record<string, never>>(
  client: Client,
  field: string,
  input: object,
  selection?: string,
): Promise<Payload> {
  const data = await client.must<Record<string, Payload>>(mutation(field, selection), { input });
  return data[field]!;
}

/** How a mutation was refused: its code, and what else the error says; "OK" when it was not. */
export async function refusal(
  client: Client,
  field: string,
  input: object,
): Promise<GraphQLError["extensions"] & { message: string }> {
  const { errors } = await client.send(mutation(field), { input });
  const [error] = errors;
  return error === undefined ? { code: "OK", message: "" } : { ...error.extensions, message: error.message };
}

/** The code of a mutation's refusal; "OK" when it was not refused. */
export async function codeOf(client: Client, field: string, input: object): Promise<string> {
  return (await refusal(client, field, input)).code;
}
