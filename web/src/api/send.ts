import { print } from "@0no-co/graphql.web";
import { Failure } from "./failure";
import type { Document } from "./graphql";

export interface Sender<Data = unknown> {
  /** The caller's token. */
  readonly secret: string;
  /** Makes a retry find what the first try made, secrets included: see "Safe retries". */
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What the answer is of no use without: null, its refusal is thrown, or that it is hidden. Left out: any field will do. */
  readonly needs?: ((data: Data) => unknown) | undefined;
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Extensions }[];
}
type Extensions = Failure["details"] & { readonly code?: string };

const texts = new WeakMap<object, string>();

/** The text of an operation: what is sent, and what tells its answers from those of others. */
export function textOf(document: object): string {
  const text = texts.get(document) ?? print(document as Parameters<typeof print>[0]);
  texts.set(document, text);
  return text;
}

/**
 * Sends one operation. A field that is refused beside others that are answered is null, as the schema says; when
 * nothing was answered, the refusal is thrown as a Failure.
 */
export async function send<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables,
  { secret, idempotencyKey, signal, needs }: Sender<NoInfer<Data>>,
): Promise<Data> {
  const { data, errors = [] } = await post<Data>(
    JSON.stringify({ query: textOf(document), variables }),
    { authorization: `Bearer ${secret}`, ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}) },
    signal,
  );
  if (data && isAnswered(data, needs)) return data;
  const [first] = errors;
  if (first === undefined) {
    if (!data) throw unreachable();
    if (needs === undefined) return data;
    throw new Failure("NOT_FOUND", "There is nothing here, or nothing that you may see.");
  }
  const { code = "INTERNAL_SERVER_ERROR", ...details } = first.extensions ?? {};
  throw new Failure(code, first.message, details);
}

const isAnswered = <Data extends object>(data: Data, needs?: (data: Data) => unknown): boolean =>
  needs === undefined ? Object.values(data).some((value) => value !== null) : (needs(data) ?? null) !== null;

async function post<Data>(
  body: string,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Answer<Data>> {
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      signal: signal ?? null,
    });
    return (await response.json()) as Answer<Data>;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
}

export const unreachable = (): Failure =>
  new Failure(
    "UNREACHABLE",
    "The server could not be reached, or what answered was not the server. Try again.",
  );
