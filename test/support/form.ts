export type Fields = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

export interface FormAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null when it is none. */
  readonly json: Record<string, unknown> | null;
}

/** Posts a form, as OAuth's endpoints take it; `secret` goes into the Authorization header. */
export async function postForm(
  url: string,
  fields: Fields,
  { secret, headers = {} }: { secret?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<FormAnswer> {
  const pairs = Array.isArray(fields) ? (fields as [string, string][]) : Object.entries(fields);
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      ...headers,
    },
    body: new URLSearchParams(pairs).toString(),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? (JSON.parse(text) as Record<string, unknown>) : null,
  };
}
