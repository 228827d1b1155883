import { readFile } from "node:fs/promises";
import { PROVIDERS, repositorySlugBound } from "../domain/organization";
import { bounds } from "../domain/text";
import { holdsSecret } from "../secrets/parse";
import { type Command, CommandError } from "./command-line";
import { type Environment, hintFor, mutate, readServer, type RemoteServer, urlOption } from "./remote-server";

interface ImportTools {
  readonly environment: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

interface Repository {
  readonly slug: string;
  readonly description?: string;
  readonly defaultBranch?: string;
}

/** A good entry, and where it stands. */
interface Entry {
  readonly repository: Repository;
  readonly place: string;
}

const MOST_AT_ONCE = 1000;
// The server takes a mebibyte; the document around the entries needs little.
const MOST_BYTES = 900_000;

const MUTATION = `mutation Import($input: ImportRepositoriesInput!) {
  importRepositories(input: $input) { createdCount existingCount }
}`;

/** `tokenward import FILE...`: repository lists as a Git provider's API prints them, into a running server. */
export function importCommand({ environment, out, err }: ImportTools): Command {
  return {
    name: "import",
    operands: "FILE...",
    help: "make the repositories of a Git provider's list (JSON) in a running server; TOKENWARD_TOKEN: the account token",
    options: {
      url: urlOption,
      provider: { placeholder: "NAME", help: `${PROVIDERS.join(", ")} (default gh)` },
    },
    checkOperands: (count) => (count > 0 ? null : "import takes at least one FILE"),
    async run({ operands: files, options }) {
      const target = readTarget(options, environment);
      let bad = 0;
      const report = (place: string, fault: string): void => {
        bad += 1;
        err(`${place}: ${fault}\n`);
      };
      const entries: Entry[] = [];
      for (const file of files) entries.push(...(await readEntries(file, target.provider, report)));

      const counts = { created: 0, existing: 0 };
      const progress = new Progress(entries.length, err);
      for (const batch of batches(entries)) {
        const result = await send(target, batch);
        counts.created += result.createdCount;
        counts.existing += result.existingCount;
        progress.advance(batch.length);
      }
      progress.end();
      out(`${counts.created} created, ${counts.existing} existed already, ${bad} bad\n`);
      return bad > 0 ? 1 : 0;
    },
  };
}

interface Target extends RemoteServer {
  readonly provider: string;
}

function readTarget(options: Readonly<Record<string, string>>, environment: Environment): Target {
  const read = readServer(options, environment);
  const faults = "faults" in read ? [...read.faults] : [];
  const provider = options.provider ?? "gh";
  if (!(PROVIDERS as readonly string[]).includes(provider))
    faults.push(`--provider: must be one of ${PROVIDERS.join(", ")}`);
  if ("faults" in read || faults.length > 0) throw new CommandError(faults.join("\n"));
  return { ...read.server, provider };
}

/** The good entries of a file. What is wrong is reported by file and position, never with what stands there. */
async function readEntries(
  file: string,
  provider: string,
  report: (place: string, fault: string) => void,
): Promise<Entry[]> {
  const list = await readList(file, report);
  return list.flatMap((item, index) => {
    const place = `${file}[${index}]`;
    const read = readRepository(item, provider);
    if ("repository" in read) return [{ repository: read.repository, place }];
    report(place, read.fault);
    return [];
  });
}

async function readList(file: string, report: (place: string, fault: string) => void): Promise<unknown[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    report(file, `cannot be read (${(error as NodeJS.ErrnoException).code ?? "failed"})`);
    return [];
  }
  try {
    const list: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    if (Array.isArray(list)) return list as unknown[];
  } catch {
    report(file, "is not JSON");
    return [];
  }
  report(file, "must be an array of repositories");
  return [];
}

function readRepository(item: unknown, provider: string): { repository: Repository } | { fault: string } {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return { fault: "must be an object" };
  const { full_name: fullName, description, default_branch: branch } = item as Record<string, unknown>;
  const slug = typeof fullName === "string" ? repositorySlugBound.accept(`${provider}/${fullName}`) : null;
  if (slug === null)
    return { fault: "full_name: must be organization/name, each 1 to 100 of A-Z a-z 0-9 . _ -" };
  const texts = [
    ["description", description, bounds.description],
    ["default_branch", branch, bounds.branch],
  ] as const;
  for (const [name, text, bound] of texts) {
    if (text === undefined || text === null) continue;
    if (typeof text !== "string" || bound.accept(text) === null)
      return { fault: `${name}: ${bound.allowed}` };
    if (holdsSecret(text)) return { fault: `${name}: must not hold a token` };
  }
  if (holdsSecret(slug)) return { fault: "full_name: must not hold a token" };
  return {
    repository: {
      slug,
      ...(typeof description === "string" ? { description } : {}),
      ...(typeof branch === "string" ? { defaultBranch: branch } : {}),
    },
  };
}

/** Split by count and by bytes, as the server takes them. */
function* batches(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry.repository)) + 1;
    if (batch.length === MOST_AT_ONCE || (batch.length > 0 && bytes + size > MOST_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

interface Counts {
  readonly createdCount: number;
  readonly existingCount: number;
}

async function send(target: Target, batch: readonly Entry[]): Promise<Counts> {
  const repositories = batch.map((entry) => entry.repository);
  const answer = await mutate<Counts>(target, MUTATION, { repositories });
  if ("payload" in answer) return answer.payload;
  const { fault } = answer;
  const [first] = batch;
  const missing = fault.extensions?.code === "NOT_FOUND";
  const hint = missing ? " (an organization is missing, or not yours to see)" : hintFor(fault);
  throw new CommandError(
    `${first?.place ?? ""} and ${batch.length - 1} more: ${fault.message}${hint}. What was imported before stays.`,
  );
}

/** One line on a terminal, written over; nothing where the output is kept. */
class Progress {
  private done = 0;
  private readonly shown = process.stderr.isTTY;

  constructor(
    private readonly total: number,
    private readonly err: (text: string) => void,
  ) {}

  advance(count: number): void {
    this.done += count;
    if (this.shown) this.err(`\r${this.done} of ${this.total} repositories`);
  }

  end(): void {
    if (this.shown && this.total > 0) this.err("\n");
  }
}
