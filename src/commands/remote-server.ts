import { CommandError } from "./command-line";

/** What the clients among the commands read of the environment. */
export type Environment = (name: "TOKENWARD_URL" | "TOKENWARD_TOKEN") => string | undefined;

/** A running server, and the account token that it is spoken to with. */
export interface RemoteServer {
  readonly url: URL;
  readonly token: string;
}

interface Fault {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly field?: string };
}

const TIMEOUT_MS = 60_000;

/** The option of every command that speaks to a running server. */
export const urlOption = {
  placeholder: "URL",
  help: "the server (default TOKENWARD_URL, or http://127.0.0.1:4000)",
} as const;

/** The server that is meant, or what is wrong with how it was named: all faults at once. */
export function readServer(
  options: Readonly<Record<string, string>>,
  environment: Environment,
): { readonly server: RemoteServer } | { readonly faults: readonly string[] } {
  const faults: string[] = [];
  const named = options.url ?? environment("TOKENWARD_URL") ?? "http://127.0.0.1:4000";
  const url = URL.canParse(named) ? new URL(named) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    faults.push("--url or TOKENWARD_URL: must be an http or https URL");
  const token = (environment("TOKENWARD_TOKEN") ?? "").trim();
  // Anything else cannot stand in a header.
  if (!/^[\x21-\x7e]+$/.test(token)) faults.push("TOKENWARD_TOKEN: must be set to an account token");
  if (url === null || faults.length > 0) return { faults };
  return { server: { url: new URL("graphql", url.href.endsWith("/") ? url : `${url.href}/`), token } };
}

/** Runs one mutation: what it answers, or the first error. Throws CommandError when there is no answer. */
export async function mutate<Payload>(
  { url, token }: RemoteServer,
  query: string,
  input: object,
): Promise<{ readonly payload: Payload } | { readonly fault: Fault }> {
  let answer: {
    readonly data?: Readonly<Record<string, Payload | null>> | null;
    readonly errors?: readonly Fault[];
  };
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: { input } }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    answer = (await response.json()) as typeof answer;
  } catch {
    throw new CommandError(`no answer from ${url.origin}: is the server running? What was imported stays.`);
  }
  const [payload] = Object.values(answer.data ?? {});
  if (payload !== null && payload !== undefined) return { payload };
  return { fault: answer.errors?.[0] ?? { message: "no GraphQL answer" } };
}

/** What may be behind an error, for whoever runs the command. */
export const hintFor = ({ extensions }: Fault): string => hints[extensions?.code ?? ""] ?? "";

const hints: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: " (the token in TOKENWARD_TOKEN is not good there)",
};
