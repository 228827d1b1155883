/** The nouns that have a global id. */
export type Noun = "Account" | "Organization" | "Repository" | "Build" | "Token" | "AuditEvent";

/** The global id of an object: base64url of `Token:42`. */
export function toNodeId(noun: Noun, id: number): string {
  return Buffer.from(`${noun}:${id}`).toString("base64url");
}

/** What an id names; null for everything that `toNodeId` does not make. */
export function parseNodeId(text: string): { readonly noun: string; readonly id: number } | null {
  if (text.length > 64) return null;
  const decoded = Buffer.from(text, "base64url").toString("latin1");
  const [, noun, id] = /^([A-Za-z]{1,20}):([1-9]\d{0,14})$/.exec(decoded) ?? [];
  if (noun === undefined || Buffer.from(decoded).toString("base64url") !== text) return null;
  return { noun, id: Number(id) };
}

/** The number behind an id of one noun; 0, which nothing has, for any other id: as good as missing. */
export function numberOf(noun: Noun, text: string): number {
  const parsed = parseNodeId(text);
  return parsed?.noun === noun ? parsed.id : 0;
}
