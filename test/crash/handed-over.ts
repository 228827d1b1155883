import type { Answer, Client } from "../support/client";
import { mutation } from "../support/mutations";
import type { Random } from "../support/random";
import { cutOff } from "../support/retries";

/** A rotation, as it was asked for; its answer may be lost. */
interface Rotation {
  readonly key: string;
  readonly by: string;
  readonly input: object;
  readonly label: string;
  readonly overlapMs: number;
}
interface Rotated {
  readonly secret: string;
  readonly token: { readonly id: string };
  readonly replaced: { readonly id: string };
}

const document = mutation("rotateToken", "secret token { id } replaced { id }");
const numberOf = (id: string): number => Number(Buffer.from(id, "base64url").toString().split(":")[1]);
const idOf = (number: number): string => Buffer.from(`Token:${number}`).toString("base64url");

/** One of those that use the line: what reached it, and what it did not throw away yet. */
class User {
  readonly received = new Set<number>();
  kept = new Set<number>();

  receive(id: number): void {
    this.received.add(id);
    this.kept.add(id);
  }
}

/** One line of tokens in a repository of its own, with two that use it and an administrator who rotates it. */
export class HandedOver {
  private readonly users = [new User(), new User()];
  private readonly secrets = new Map<number, string>();
  /** Used by anyone, or perhaps used. */
  private readonly used = new Set<number>();
  private readonly refused = new Set<number>();
  /** When a token must be refused, by the clock of whoever was answered. */
  private readonly refusedFrom = new Map<number, number>();
  private readonly made = new Map<number, { readonly old: number; readonly overlapMs: number }>();
  private lost: Rotation[] = [];
  private serial = 0;
  isBroken = false;
  /** Rotations whose answer was lost and came again. */
  recovered = 0;

  constructor(
    private readonly name: string,
    readonly repository: string,
    private readonly random: Random,
    private readonly adminSecret: string,
  ) {}

  async begin(client: Client): Promise<void> {
    await client.must(
      "mutation($slug: String!) { importRepositories(input: { repositories: [{ slug: $slug }] }) { createdCount } }",
      { slug: this.repository },
    );
    const { createRepositoryToken: made } = await client.must<{ createRepositoryToken: Rotated }>(
      mutation("createRepositoryToken", "secret token { id }"),
      { input: { repository: this.repository, scope: "STATUS", label: this.name } },
    );
    const id = numberOf(made.token.id);
    this.secrets.set(id, made.secret);
    this.used.add(id);
    for (const user of this.users) user.receive(id);
  }

  /** Goes on, all three at once, until an answer stays out. */
  async run(clientOf: (secret: string) => Client, onAnswer: () => void): Promise<void> {
    const forever = async (work: () => Promise<void>): Promise<void> => {
      try {
        for (;;) {
          await work();
          onAnswer();
        }
      } catch (error) {
        // The server is gone. Whatever else fails is the test's to know.
        if (!/fetch failed|terminated|ECONN|socket hang up/.test((error as Error).message)) throw error;
      }
    };
    await Promise.all([
      forever(() => this.administer(clientOf)),
      ...this.users.map((user) => forever(() => this.use(user, clientOf))),
    ]);
  }

  private async administer(clientOf: (secret: string) => Client): Promise<void> {
    const dice = this.random.between(1, 100);
    const id = this.random.pick([...this.secrets.keys()].slice(-3))!;
    if (dice <= 60) return this.rotate(this.adminSecret, { id: idOf(id) }, clientOf);
    if (dice <= 75) return this.rotate(this.secrets.get(id)!, {}, clientOf);
    const admin = clientOf(this.adminSecret);
    if (dice <= 92) {
      await admin.send(mutation("cancelHandover"), { input: { id: idOf(id) } });
      return;
    }
    // From here on nothing is promised to those who use it, but what was refused stays refused.
    this.isBroken = true;
    const field = dice <= 95 ? "finishHandover" : "revokeToken";
    await admin.send(mutation(field), { input: { id: idOf(id) } });
  }

  private async rotate(by: string, target: object, clientOf: (secret: string) => Client): Promise<void> {
    const label = `${this.name}-${(this.serial += 1)}`;
    const immediate = this.random.between(1, 20) === 1;
    const overlapSeconds = immediate ? 0 : this.random.pick([0, 0, 1, 3600])!;
    const handover = immediate ? "IMMEDIATE" : "ON_FIRST_USE";
    if (immediate) this.isBroken = true;
    // A token that rotates itself is used by that.
    const own = [...this.secrets].find(([, secret]) => secret === by);
    if (own !== undefined) this.used.add(own[0]);
    const input = { ...target, handover, overlapSeconds, label };
    const rotation = { key: `crash ${label} of its own`, by, input, label, overlapMs: overlapSeconds * 1000 };
    this.lost.push(rotation);
    // Now and then it is the network that loses the answer.
    if (this.random.between(1, 10) === 1) return cutOff(clientOf(by), rotation.key, "rotateToken", input);
    this.take(rotation, await this.send(rotation, clientOf));
  }

  private send(
    { key, by, input }: Rotation,
    clientOf: (secret: string) => Client,
  ): Promise<Answer<{ rotateToken: Rotated | null }>> {
    return clientOf(by).send(document, { input }, { "idempotency-key": key });
  }

  private take(rotation: Rotation, { data }: Answer<{ rotateToken: Rotated | null }>): void {
    this.lost = this.lost.filter((one) => one !== rotation);
    const rotated = data?.rotateToken;
    if (!rotated) return;
    const id = numberOf(rotated.token.id);
    this.secrets.set(id, rotated.secret);
    this.made.set(id, { old: numberOf(rotated.replaced.id), overlapMs: rotation.overlapMs });
    const to = this.random.between(0, 3);
    this.users.forEach((user, index) => {
      if (to === 3 || to === index) user.receive(id);
    });
  }

  private async use(user: User, clientOf: (secret: string) => Client): Promise<void> {
    const id = this.random.pick([...user.kept]);
    if (id === undefined) throw new Error(`${this.name}: nothing is left to use`);
    this.used.add(id);
    const { status } = await clientOf(this.secrets.get(id)!).send("{ viewer { token { id } } }");
    if (status === 401) this.refused.add(id);
    if (status !== 200) return;
    if (this.refused.has(id)) throw new Error(`${this.name}: ${id} was refused and is good again`);
    user.kept = new Set([...user.kept].filter((one) => one >= id));
    const made = this.made.get(id);
    if (made === undefined) return;
    const from = Date.now() + made.overlapMs;
    this.refusedFrom.set(made.old, Math.min(from, this.refusedFrom.get(made.old) ?? Infinity));
  }

  /** How many answers did not come. */
  get lostCount(): number {
    return this.lost.length;
  }

  /** Asks again for some of the answers that did not come; what comes is what was made, once. */
  async retry(
    clientOf: (secret: string) => Client,
    digestsOf: (label: string) => Promise<readonly string[]>,
    digest: (secret: string) => string,
  ): Promise<string[]> {
    const faults: string[] = [];
    for (const rotation of this.lost) {
      if (this.random.between(1, 3) === 1) continue;
      const before = await digestsOf(rotation.label);
      const answer = await this.send(rotation, clientOf);
      const after = await digestsOf(rotation.label);
      const secret = answer.data?.rotateToken?.secret;
      if (after.length > 1) faults.push(`${rotation.label}: made twice`);
      if (before.length === 1 && after[0] !== before[0]) faults.push(`${rotation.label}: made anew`);
      if (secret !== undefined && digest(secret) !== after[0])
        faults.push(`${rotation.label}: another secret`);
      if (before.length === 1 && secret !== undefined) this.recovered += 1;
      this.take(rotation, answer);
    }
    this.lost = [];
    return faults;
  }

  /** What is wrong with the line now. */
  async faults(admin: Client): Promise<string[]> {
    const faults: string[] = [];
    const known = [...this.secrets].slice(-100);
    const began = Date.now();
    const answer = await admin.must<{
      verifyTokens: { code: string }[];
      repository: { tokens: { totalCount: number } };
    }>(
      `query($inputs: [VerifyTokenInput!]!, $slug: String!) {
        verifyTokens(inputs: $inputs) { code } repository(slug: $slug) { tokens { totalCount } }
      }`,
      { inputs: known.map(([, secret]) => ({ secret, recordUse: false })), slug: this.repository },
    );
    if (answer.repository.tokens.totalCount > 2) faults.push("more than two are good");
    const good = new Set<number>();
    known.forEach(([id], index) => {
      const { code } = answer.verifyTokens[index]!;
      if (code !== "VALID") this.refused.add(id);
      else if (this.refused.has(id)) faults.push(`${id} was refused and is good again`);
      else good.add(id);
    });
    for (const [id, from] of this.refusedFrom)
      if (from < began && good.has(id)) faults.push(`${id} is good after its overlap`);
    for (const { received, kept } of this.users) {
      const promised = !this.isBroken && [...this.used].every((id) => received.has(id));
      if (promised && ![...kept].some((id) => good.has(id))) faults.push("someone is locked out");
    }
    return faults.map((fault) => `${this.name}: ${fault}`);
  }
}
