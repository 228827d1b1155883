import type { DocumentNode } from "graphql";
import { holdsSecret } from "../secrets/parse";

interface Kept {
  readonly document: DocumentNode;
  readonly bytes: number;
}

/**
 * Parsed documents by their hash, as Apollo asks for them, and by their text: one that comes again is neither parsed nor
 * validated again. Bounded by the memory that they take, because anyone can send another one each time; those that were
 * not asked for longest go first.
 */
export class DocumentStore {
  private readonly kept = new Map<string, Kept>();
  private readonly keys = new Map<string, string>();
  private bytes = 0;
  /** The one that was asked for last: it stands last already. */
  private latest = "";

  constructor(private readonly mostBytes: number) {}

  async get(key: string): Promise<DocumentNode | undefined> {
    return this.take(key);
  }

  /** The document of a text, to the letter. */
  find(text: string): DocumentNode | undefined {
    const key = this.keys.get(text);
    return key === undefined ? undefined : this.take(key);
  }

  async set(key: string, document: DocumentNode): Promise<void> {
    await this.delete(key);
    const text = textOf(document);
    // Written into the document instead of a variable: secrets are kept for one request.
    if (holdsSecret(text)) return;
    const bytes = bytesOf(document);
    this.kept.set(key, { document, bytes });
    this.keys.set(text, key);
    this.latest = key;
    this.bytes += bytes;
    for (const oldest of this.kept.keys()) {
      if (this.bytes <= this.mostBytes) return;
      await this.delete(oldest);
    }
  }

  async delete(key: string): Promise<void> {
    const found = this.kept.get(key);
    if (found === undefined) return;
    this.kept.delete(key);
    this.keys.delete(textOf(found.document));
    this.bytes -= found.bytes;
  }

  private take(key: string): DocumentNode | undefined {
    const found = this.kept.get(key);
    if (found === undefined) return undefined;
    if (key !== this.latest) {
      this.kept.delete(key);
      this.kept.set(key, found);
      this.latest = key;
    }
    return found.document;
  }
}

const textOf = ({ loc }: DocumentNode): string => loc?.source.body ?? "";

/** About what a document takes: a token and its node some 300 bytes, and the text, which it holds too. */
function bytesOf(document: DocumentNode): number {
  let tokens = 0;
  for (let token = document.loc?.startToken ?? null; token !== null; token = token.next) tokens += 1;
  return 300 * tokens + 2 * textOf(document).length;
}
