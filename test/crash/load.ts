import type { Client } from "../support/client";
import type { Random } from "../support/random";
import {
  createAccount,
  createRepository,
  createToken,
  createTokens,
  deleteRepository,
  importRepositories,
  type Line,
  numberIn,
  type Operation,
  type Owned,
  reportBuild,
  revokeToken,
  rotateToken,
  setMembership,
  sweep,
} from "./operations";
import type { Snapshot } from "./snapshot";

/** What was asked, and what is known of it. */
export interface Entry {
  readonly operation: Operation;
  /** Of the answer; null: none came, so that it may be there or not. */
  requestId: string | null;
  /** The audit lines that it wrote; null: it is not there. Left out until a restart has shown it. */
  lines?: Line[] | null;
}

interface Made {
  readonly secret: string;
  readonly token: { readonly id: string; readonly repository: { readonly id: string } };
}
type Answered = Partial<Made> & {
  readonly tokens?: readonly Made[];
  readonly repository?: { readonly id: string; readonly slug: string };
};

class Refused extends Error {}
const BASE = ["a", "b", "c"] as const;

/** One client that changes what is its own, a mutation at a time, for as long as the server answers. */
export class Worker {
  readonly organization: string;
  private readonly base: readonly string[];
  private serial = 0;
  private live: Owned[] = [];
  private repositories: { readonly id: number; readonly slug: string }[] = [];
  private logins: string[] = [];

  constructor(
    private readonly name: string,
    private readonly random: Random,
    private readonly entries: Entry[],
    /** The secrets that were answered, by the number of their token. */
    private readonly secrets: Map<number, string>,
  ) {
    this.organization = `gh/${name}`;
    this.base = BASE.map((one) => `${this.organization}/${one}`);
  }

  async prepare(client: Client): Promise<void> {
    await client.must(
      "mutation($input: ImportRepositoriesInput!) { importRepositories(input: $input) { createdCount } }",
      { input: { repositories: this.base.map((slug) => ({ slug })) } },
    );
  }

  /** Looks at what is there now: also at what nobody was told of. */
  look(found: Snapshot): void {
    const id = found.organizations.get(this.organization);
    this.repositories = [...found.repositories.values()].filter((one) => one.organization_id === id);
    this.live = this.repositories.flatMap((one) => found.liveOf(one.id));
    this.logins = [...found.accounts.entries()]
      .filter(([login, account]) => login.startsWith(`${this.name}x`) && !found.members.has(account))
      .map(([login]) => login);
  }

  /** Ends when an answer stays out; throws when a mutation was refused. */
  async run(client: Client, onAnswer: () => void): Promise<void> {
    for (;;) {
      const entry: Entry = { operation: this.next(), requestId: null };
      this.entries.push(entry);
      try {
        const answer = await client.send<{ it: Answered }>(`mutation { it: ${entry.operation.document} }`);
        if (answer.errors.length > 0) throw new Refused(`${entry.operation.document}: ${answer.text}`);
        entry.requestId = answer.headers.get("x-request-id");
        this.keep(answer.data!.it);
      } catch (error) {
        if (error instanceof Refused) throw error;
        return;
      }
      onAnswer();
    }
  }

  private keep({ secret, token, tokens, repository }: Answered): void {
    const made = tokens ?? (secret === undefined || token === undefined ? [] : [{ secret, token }]);
    for (const { secret, token } of made) {
      const id = numberIn(token.id);
      this.secrets.set(id, secret);
      this.live.push({ id, repository_id: numberIn(token.repository.id) });
    }
    if (repository !== undefined) {
      this.repositories.push({ id: numberIn(repository.id), slug: repository.slug });
    }
  }

  private next(): Operation {
    const name = `${this.name}x${(this.serial += 1)}`;
    const { random } = this;
    const repository = random.pick(this.repositories)!;
    const dice = random.between(1, 100);
    if (dice <= 42) return this.nextOfOne(name, dice) ?? createToken(name, repository.slug);
    if (dice <= 62) return createToken(name, repository.slug);
    if (dice <= 69) return createTokens(name, this.organization, BASE);
    if (dice <= 77) return reportBuild(name, random.pick(this.base)!, Buffer.from(name).toString("hex"));
    if (dice <= 81) return importRepositories(name);
    if (dice <= 86) return createRepository(name, this.organization);
    if (dice <= 90) return createAccount(name);
    if (dice <= 93) return this.nextMembership(name) ?? createAccount(name);
    return this.nextOfMany(name, dice) ?? createToken(name, repository.slug);
  }

  private nextOfOne(name: string, dice: number): Operation | null {
    const token = this.random.pick(this.live);
    if (token === undefined) return null;
    this.live = this.live.filter((one) => one !== token);
    return dice <= 25 ? rotateToken(name, token) : revokeToken(name, token);
  }

  private nextMembership(name: string): Operation | null {
    const login = this.logins.shift();
    return login === undefined ? null : setMembership(name, this.organization, login);
  }

  /** Those that end all tokens of a repository at once. */
  private nextOfMany(name: string, dice: number): Operation | null {
    const isBase = ({ slug }: { slug: string }): boolean => this.base.includes(slug);
    const deletes = dice > 97;
    const repository = this.random.pick(this.repositories.filter((one) => isBase(one) !== deletes));
    if (repository === undefined) return null;
    const live = this.live.filter((token) => token.repository_id === repository.id);
    if (live.length === 0 && !deletes) return null;
    this.live = this.live.filter((token) => token.repository_id !== repository.id);
    if (!deletes) return sweep(name, repository.slug, live);
    this.repositories = this.repositories.filter((one) => one !== repository);
    return deleteRepository(name, repository, live);
  }
}
