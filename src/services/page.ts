import { badInput } from "../errors";
import type { AuditKey } from "../store/audit-store";
import type { Slice } from "../store/slice";
import { readWholeNumber } from "./input";

/** What a caller asks of a list: `first` from 1 to 100 (50 when left out), behind an opaque cursor. */
export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A list that the caller may see. Nothing of it is read before it is asked for. */
export interface Connection<T> {
  page(): Promise<Page<T>>;
  total(): Promise<number>;
}

export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** How a list's keys are written into its cursors. A cursor names its kind of list: one of another kind is refused. */
export interface CursorKind<Key> {
  readonly name: string;
  write(key: Key): string;
  read(text: string): Key | null;
}

const textKey = (name: string): CursorKind<string> => ({
  name,
  write: (key) => key,
  read: (text) => (/^[\x20-\x7e]{1,512}$/.test(text) ? text : null),
});
const numberKey = (name: string): CursorKind<number> => ({
  name,
  write: String,
  read: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : null),
});

export const cursors = {
  accounts: textKey("accounts"),
  members: textKey("members"),
  memberships: textKey("memberships"),
  organizations: textKey("organizations"),
  repositories: textKey("repositories"),
  collaborators: textKey("collaborators"),
  tokens: numberKey("tokens"),
  builds: numberKey("builds"),
  auditEvents: {
    name: "audit",
    write: ({ at, id }: AuditKey) => `${at}.${id}`,
    read(text: string): AuditKey | null {
      const [, at, id] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
      return at === undefined || id === undefined ? null : { at: Number(at), id: Number(id) };
    },
  },
} as const;

/** Throws BAD_USER_INPUT for a `first` out of range and for a cursor that this kind of list did not give. */
export function readPage<Key>(args: PageArgs, kind: CursorKind<Key>): Slice<Key> {
  const limit = readWholeNumber("first", args.first ?? 50, 1, 100);
  if (args.after === null || args.after === undefined) return { after: null, limit };
  const text = args.after.length > 1024 ? "" : Buffer.from(args.after, "base64url").toString("utf8");
  const key = text.startsWith(`${kind.name}:`) ? kind.read(text.slice(kind.name.length + 1)) : null;
  if (key === null || encode(kind, key) !== args.after)
    throw badInput("after", "must be a cursor of this list");
  return { after: key, limit };
}

interface Source<T, Key> {
  keyOf(item: T): Key;
  list(slice: Slice<Key>): Promise<T[]>;
  count(): Promise<number>;
}

class Edge<T, Key> {
  constructor(
    readonly node: T,
    private readonly kind: CursorKind<Key>,
    private readonly source: Source<T, Key>,
  ) {}

  /** Made where it is asked for. */
  get cursor(): string {
    return encode(this.kind, this.source.keyOf(this.node));
  }
}

/** One page of a list: one item more than asked is read, to know whether there is another page. */
export function connectionTo<T, Key>(
  slice: Slice<Key>,
  kind: CursorKind<Key>,
  source: Source<T, Key>,
): Connection<T> {
  return {
    async page() {
      const items = await source.list({ after: slice.after, limit: slice.limit + 1 });
      return {
        edges: items.slice(0, slice.limit).map((node) => new Edge(node, kind, source)),
        hasNextPage: items.length > slice.limit,
        hasPreviousPage: slice.after !== null,
      };
    },
    total: () => source.count(),
  };
}

export function emptyConnection<T>(slice: Slice<unknown>): Connection<T> {
  const page = { edges: [], hasNextPage: false, hasPreviousPage: slice.after !== null };
  return { page: () => Promise.resolve(page), total: () => Promise.resolve(0) };
}

function encode<Key>(kind: CursorKind<Key>, key: Key): string {
  return Buffer.from(`${kind.name}:${kind.write(key)}`, "utf8").toString("base64url");
}
