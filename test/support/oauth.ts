import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";

export interface OAuthRequest {
  readonly url: string;
  readonly action: "introspect" | "revoke" | "resource";
  /** Whom the client signs in as; left out: nobody. */
  readonly secret?: string;
  /** As the password of an OAuth client, not as a bearer. */
  readonly basic?: boolean;
  readonly token: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What an independent OAuth client makes of an answer: see oauth-client.mjs. */
export async function askAsOAuthClient(request: OAuthRequest): Promise<Record<string, unknown>> {
  const child = spawn(process.execPath, [join(__dirname, "oauth-client.mjs")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(request));
  return JSON.parse(await text(child.stdout)) as Record<string, unknown>;
}
