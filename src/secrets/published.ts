import { digestOf } from "./digest";

// Digests of the account secrets in the published test vectors: everybody knows them, so nobody may use them.
const publishedDigests: ReadonlySet<string> = new Set([
  "fd73accd252af7098c50311b0ffea81cd1fa0b245f00b1df5dba32b22dae54fc",
  "748cc365ce26f6491d86dad14e8a681ce3e836d51dac10cf383e1908cc026abb",
  "225797a62c9969d8e3625d4842729e509fbc23fb13561dc2cada46bc454b4b97",
  "ca70417aab9306264022c4fcff9cd7d0b0d25c214eae19eb93eef8a78a6f808a",
  "d0dff76d2711d67f04801274f5f0e033bdd90b3cac21427bedf61f4d7432c7a1",
]);

/** Whether a secret stands in the published test vectors. */
export function isPublished(secret: string): boolean {
  return publishedDigests.has(digestOf(secret));
}
