import { readFile } from "node:fs/promises";
import { TOKEN_KINDS } from "../domain/token";
import { digestOf } from "../secrets/digest";
import { type Command, CommandError } from "./command-line";
import { type Environment, hintFor, mutate, readServer, type RemoteServer, urlOption } from "./remote-server";

interface ImportTokensTools {
  readonly environment: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** An entry as the server takes it: what else is wrong with it, the server says. */
interface Entry {
  readonly sha256: string;
  readonly [name: string]: unknown;
}

const MOST_AT_ONCE = 1000;
const SHORTEST = 20;
const LONGEST = 1024;
const FIELDS = ["kind", "label", "account", "repository", "scope", "expiresAt"] as const;

const MUTATION = `mutation ImportTokens($input: ImportTokensInput!) {
  importTokens(input: $input) { tokens { id } }
}`;

/** `tokenward import-tokens FILE`: tokens that another server gave out, into a running one. Secrets are hashed here. */
export function importTokensCommand({ environment, out, err }: ImportTokensTools): Command {
  return {
    name: "import-tokens",
    operands: "FILE",
    help: "take over existing tokens (JSON: sha256 or secret, kind, owner, label) in a running server",
    options: { url: urlOption },
    checkOperands: (count) => (count === 1 ? null : "import-tokens takes one FILE"),
    async run({ operands: [file = ""], options }) {
      const read = readServer(options, environment);
      if ("faults" in read) throw new CommandError(read.faults.join("\n"));
      const { entries, faults, plain } = readEntries(await readList(file), file);
      for (const fault of faults) err(`${fault}\n`);
      if (faults.length > 0) throw new CommandError("nothing was imported");
      for (let start = 0; start < entries.length; start += MOST_AT_ONCE) {
        await send(read.server, entries, start, file);
      }
      out(`${entries.length} imported\n`);
      if (plain) err(`${file} holds secrets: remove it.\n`);
      return 0;
    },
  };
}

async function readList(file: string): Promise<readonly unknown[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new CommandError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "failed"})`);
  }
  try {
    const list: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    if (Array.isArray(list) && list.length > 0) return list as unknown[];
  } catch {
    throw new CommandError(`${file}: is not JSON`);
  }
  throw new CommandError(`${file}: must be an array of tokens, at least one`);
}

/** All faults of a file at once, by position and never with what stands there. */
function readEntries(list: readonly unknown[], file: string) {
  const faults: string[] = [];
  let plain = false;
  const entries = list.flatMap((item, index) => {
    const read = readEntry(item);
    if ("fault" in read) faults.push(`${file}[${index}]: ${read.fault}`);
    plain ||= "plain" in read && read.plain;
    return "entry" in read ? [read.entry] : [];
  });
  return { entries, faults, plain };
}

function readEntry(
  item: unknown,
): { readonly entry: Entry; readonly plain: boolean } | { readonly fault: string } {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return { fault: "must be an object" };
  const { secret, sha256, ...rest } = item as Record<string, unknown>;
  const isKnown = (name: string): boolean => (FIELDS as readonly string[]).includes(name);
  if (!Object.keys(rest).every(isKnown))
    return { fault: `must have no other fields than secret or sha256, ${FIELDS.join(", ")}` };
  if (!TOKEN_KINDS.some((kind) => kind === rest.kind))
    return { fault: `kind: must be ${TOKEN_KINDS.join(" or ")}` };
  if (typeof rest.label !== "string") return { fault: "label: must be a text" };
  const wrong = FIELDS.find((name) => !["string", "undefined"].includes(typeof (rest[name] ?? undefined)));
  if (wrong !== undefined) return { fault: `${wrong}: must be a text` };
  if ((secret === undefined) === (sha256 === undefined))
    return { fault: "must have either secret or sha256" };
  if (secret === undefined) {
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/i.test(sha256))
      return { fault: "sha256: must be 64 hexadecimal digits" };
    return { entry: { ...rest, sha256 }, plain: false };
  }
  // What could not stand in a header could never be presented; what is short can be guessed.
  if (typeof secret !== "string" || !isPresentable(secret))
    return { fault: `secret: must be ${SHORTEST} to ${LONGEST} ASCII characters without spaces` };
  return { entry: { ...rest, sha256: digestOf(secret) }, plain: true };
}

const isPresentable = (secret: string): boolean =>
  secret.length >= SHORTEST && secret.length <= LONGEST && /^[\x21-\x7e]+$/.test(secret);

/** One batch, all or none. A refusal names the entry by its position in the file. */
async function send(
  server: RemoteServer,
  entries: readonly Entry[],
  start: number,
  file: string,
): Promise<void> {
  const tokens = entries.slice(start, start + MOST_AT_ONCE);
  const answer = await mutate<object>(server, MUTATION, { tokens });
  if ("payload" in answer) return;
  const { fault } = answer;
  const [, index, field] = /^tokens\.(\d+)\.(\w+)$/.exec(fault.extensions?.field ?? "") ?? [];
  const place = index === undefined ? file : `${file}[${start + Number(index)}]`;
  const what = field === undefined ? "" : `${field}: `;
  const message = fault.message.replace(/^tokens\.\d+\.\w+: /, "");
  const before = start === 0 ? "nothing was imported" : `the first ${start} were imported, and stay`;
  throw new CommandError(`${place}: ${what}${message}${hintFor(fault)}; ${before}`);
}
