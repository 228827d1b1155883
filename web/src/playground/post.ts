/** Sends a request of the playground, as the holder of a token, or of none; `headers` go before it. */
export async function post(
  secret: string | null,
  body: object,
  {
    headers = {},
    signal,
  }: { readonly headers?: Readonly<Record<string, string>>; readonly signal?: AbortSignal } = {},
): Promise<object> {
  const authorization: Record<string, string> = secret === null ? {} : { authorization: `Bearer ${secret}` };
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization, ...headers },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
  return (await response.json()) as object;
}
