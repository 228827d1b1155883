import { Failure } from "./failure";
import { unreachable, type Sender } from "./send";

/** What stands at a plain address of the server, such as a badge. A refusal is thrown as a Failure. */
export async function fetchText(
  path: string,
  { secret, signal }: Pick<Sender, "secret" | "signal">,
): Promise<string> {
  try {
    const response = await fetch(path, {
      headers: { authorization: `Bearer ${secret}` },
      signal: signal ?? null,
    });
    if (response.ok) return await response.text();
    const { error } = (await response.json()) as { readonly error: string };
    throw new Failure(codes[response.status] ?? "INTERNAL_SERVER_ERROR", error);
  } catch (error) {
    if (signal?.aborted || error instanceof Failure) throw error;
    throw unreachable();
  }
}

/** Plain addresses have no codes in their answers: these are what their statuses mean. */
const codes: Readonly<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  404: "NOT_FOUND",
  429: "RATE_LIMITED",
  503: "UNAVAILABLE",
};
