import type { Client } from "../support/client";
import { type Actor, type MadeToken, TestApp } from "../support/kit";

/** One who asks. `secret` null: nobody. */
export interface Player {
  readonly name: string;
  readonly secret: string | null;
  /** How many types deep it looks: not all of those who have the same rights look everywhere. */
  readonly depth?: number;
  /** Of a credential that is not good: what it is told. */
  readonly refused?: "not found" | "token expired";
}

export interface Cast {
  readonly test: TestApp;
  readonly players: readonly Player[];
  /** Credentials that are no longer good. */
  readonly strangers: readonly Player[];
  /** A secret of every kind of token, good or not. */
  readonly secrets: readonly string[];
}

/** The server with objects of every kind in it, made by callers of every kind, its clock standing still. */
export async function assemble(): Promise<Cast> {
  const test = await TestApp.start({
    frozen: true,
    env: { RATE_LIMIT_PER_MINUTE: "0", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0" },
  });
  return new Stage(test).build();
}

class Stage {
  private readonly secrets: string[] = [];
  private readonly players: Player[] = [];
  private readonly strangers: Player[] = [];

  constructor(private readonly test: TestApp) {}

  async build(): Promise<Cast> {
    const { test } = this;
    this.players.push({ name: "nobody", secret: null });
    this.plays("the first site admin", { secret: test.adminSecret }, 2);
    await this.places();
    const people = await this.people();
    await this.tokensOf(people);
    await this.pastOf(people);
    test.pass(7_200_000);
    // All that is good has been used at this very instant, so that no use of it shows any more.
    for (const secret of this.secrets) await test.client(secret).send("{ __typename }");
    await test.app.services.recorder.flush();
    const { players, strangers, secrets } = this;
    return { test, players, strangers, secrets: [...new Set(secrets)] };
  }

  private async places(): Promise<void> {
    for (const name of ["gh/acme/old-core", "gh/acme/side", "gh/acme/gone", "gl/other/app"])
      await this.step(() => this.test.repository(name));
    await this.step(() => this.test.organization("bb/empty"));
  }

  private async people() {
    const { test } = this;
    const account = async (login: string, fields: object = {}): Promise<Actor> => {
      return this.step(() => test.account({ login, name: `The ${login}`, ...fields }));
    };
    const member = async (login: string, organization: string, role: "MEMBER" | "ADMIN", actor?: Actor) =>
      this.step(async () => test.member(organization, role, actor ?? (await account(login))));
    const guest = async (
      login: string,
      repository: string,
      scope: "STATUS" | "READ_ONLY" | "ADMIN",
      actor?: Actor,
    ) => this.step(async () => test.collaborator(repository, scope, actor ?? (await account(login))));

    const root = await account("root", { isSiteAdmin: true });
    const people = {
      root,
      chief: await member("chief", "gh/acme", "ADMIN"),
      boss: await member("boss", "gh/acme", "ADMIN"),
      member: await member("member", "gh/acme", "MEMBER"),
      low: await guest("low", "gh/acme/old-core", "STATUS", await member("low", "gh/acme", "MEMBER")),
      both: await guest("both", "gh/acme/old-core", "ADMIN", await member("both", "gh/acme", "MEMBER")),
      bridge: await member("bridge", "gl/other", "ADMIN", await member("bridge", "gh/acme", "MEMBER")),
      foreign: await member("foreign", "gl/other", "ADMIN"),
      viewer: await guest("guest-status", "gh/acme/old-core", "STATUS"),
      reader: await guest("guest-read", "gh/acme/old-core", "READ_ONLY"),
      keeper: await guest("guest-admin", "gh/acme/old-core", "ADMIN"),
      sider: await guest("guest-side", "gh/acme/side", "ADMIN"),
      outsider: await account("outsider"),
      service: await account("service", { kind: "SERVICE" }),
      inner: await member("", "gh/acme", "MEMBER", await account("service-inside", { kind: "SERVICE" })),
      helper: await guest(
        "",
        "gh/acme/old-core",
        "READ_ONLY",
        await account("service-guest", { kind: "SERVICE" }),
      ),
      robot: await account("service-site-admin", { kind: "SERVICE", isSiteAdmin: true }),
      leaver: await member("leaver", "gh/acme", "ADMIN"),
      maker: await guest("maker", "gh/acme/old-core", "ADMIN"),
      former: await guest("former", "gh/acme/old-core", "ADMIN"),
      suspended: await member("suspended", "gh/acme", "ADMIN"),
    };
    await this.step(() => test.collaborator("gh/acme/old-core", "STATUS", people.sider));
    const alike: readonly Actor[] = [people.robot, people.chief];
    for (const actor of Object.values(people))
      if (actor !== people.suspended) this.plays(actor.login, actor, alike.includes(actor) ? 2 : 4);
    return people;
  }

  private async tokensOf(people: Awaited<ReturnType<Stage["people"]>>): Promise<void> {
    const { test } = this;
    await this.step(() =>
      people.keeper.client.must(
        'mutation { renameRepository(input: { slug: "gh/acme/old-core", name: "core" }) { repository { id } } }',
      ),
    );
    const core = "gh/acme/core";
    const token = async (
      repository: string,
      scope: "STATUS" | "READ_ONLY" | "ADMIN",
      by: Client,
      label: string,
      expiresAt?: string,
    ): Promise<MadeToken> => {
      const fields = { label, by, ...(expiresAt === undefined ? {} : { expiresAt }) };
      const made = await this.step(() => test.repositoryToken(repository, scope, fields));
      this.secrets.push(made.secret);
      return made;
    };
    const status = await token(core, "STATUS", people.boss.client, "status");
    const read = await token(core, "READ_ONLY", people.boss.client, "read");
    const admin = await token(core, "ADMIN", people.boss.client, "admin");
    this.plays("a STATUS token", status);
    this.plays("a READ_ONLY token", read);
    this.plays("an ADMIN token", admin);
    this.plays(
      "an ADMIN token of the next repository",
      await token("gh/acme/side", "ADMIN", people.sider.client, "side"),
    );
    this.plays(
      "a READ_ONLY token elsewhere",
      await token("gl/other/app", "READ_ONLY", people.foreign.client, "app"),
    );
    this.plays(
      "an ADMIN token elsewhere",
      await token("gl/other/app", "ADMIN", people.bridge.client, "app admin"),
    );

    await token(core, "STATUS", admin.client, "made by a token");
    await token(core, "READ_ONLY", people.leaver.client, "made by one who left");
    await token(core, "READ_ONLY", people.maker.client, "made by a guest");
    await token(core, "ADMIN", people.suspended.client, "made by one who is suspended");
    const revoked = await token(core, "READ_ONLY", people.keeper.client, "revoked");
    await this.change(people.keeper.client, "revokeToken", { id: revoked.id, reason: "no longer needed" });
    this.strays("a revoked token", revoked);
    this.strays(
      "an expired token",
      await token(core, "ADMIN", test.admin, "expired", test.in(3_600_000)),
      "token expired",
    );
    const leaked = await token("gh/acme/side", "STATUS", people.boss.client, "leaked");
    await this.change(test.client(null), "reportLeakedToken", {
      secret: leaked.secret,
      url: "https://example.com/paste",
    });
    this.strays("a leaked token", leaked);

    const first = await token(core, "STATUS", people.boss.client, "first of a line");
    const second = await this.rotate(first.client, {});
    const third = await this.rotate(people.boss.client, { id: second.id });
    this.strays("a rotated token", first);
    this.plays("a token that replaced another", third);

    // Its new secret is shown to nobody: whoever presented it would use it.
    const handedOver = await token(core, "READ_ONLY", people.keeper.client, "handed over");
    await this.rotate(people.keeper.client, { id: handedOver.id, handover: "ON_FIRST_USE" });
    this.plays("a token that is handed over", handedOver, 1);
    for (const scope of ["STATUS", "READ_ONLY", "ADMIN"] as const) {
      const old = await token(core, scope, people.boss.client, "in its overlap");
      this.plays(`a ${scope} token in its overlap`, old, 1);
      this.plays(`a ${scope} token that is taking over`, await this.takeOver(old), 1);
    }

    const gone = await token("gh/acme/gone", "ADMIN", people.boss.client, "of a deleted repository");
    await token("gh/acme/gone", "STATUS", gone.client, "made by one of a deleted repository");
    await this.change(gone.client, "reportBuild", build("gh/acme/gone", "main", "SUCCESS"));
    await this.change(people.boss.client, "deleteRepository", { slug: "gh/acme/gone" });
    this.strays("a token of a deleted repository", gone);
  }

  /** Changes by all sorts of callers, so that the audit log has lines of every kind. */
  private async pastOf(people: Awaited<ReturnType<Stage["people"]>>): Promise<void> {
    const { test } = this;
    const core = "gh/acme/core";
    const admin = this.clientOf("an ADMIN token");
    const account = async (
      owner: Actor,
      by: Client,
      label: string,
      expiresAt?: string,
    ): Promise<MadeToken> => {
      const input = { label, account: owner.login, ...(expiresAt === undefined ? {} : { expiresAt }) };
      return this.created(await this.change(by, "createAccountToken", input), "createAccountToken");
    };
    this.plays("a second token of the member", await account(people.member, people.member.client, "second"));
    this.strays(
      "an expired account token",
      await account(people.member, test.admin, "short", test.in(60_000)),
      "token expired",
    );
    const revoked = await account(people.member, people.member.client, "revoked");
    await this.change(people.root.client, "revokeToken", { id: revoked.id, reason: "by a site admin" });
    this.strays("a revoked account token", revoked);
    const waiting = await account(people.member, people.member.client, "handed over");
    await this.rotate(people.member.client, { id: waiting.id, handover: "ON_FIRST_USE" });
    this.plays("a token of the member that is handed over", waiting, 1);
    const overlapping = await account(people.member, people.member.client, "in its overlap");
    this.plays("a token of the member that is taking over", await this.takeOver(overlapping), 1);
    for (const owner of [people.outsider, people.both, people.boss]) {
      const rotated = await account(owner, owner.client, "rotated");
      const successor = await this.rotate(rotated.client, {});
      await this.rotate(owner.client, { id: successor.id });
      this.strays("a rotated account token", rotated);
    }
    const ended = await account(people.boss, test.admin, "ended");
    await this.change(people.boss.client, "revokeToken", { id: ended.id });

    for (const [repository, branch, status] of [
      [core, "main", "SUCCESS"],
      [core, "main", "FAILED"],
      [core, "dev", "RUNNING"],
      ["gh/acme/side", "main", "QUEUED"],
      ["gl/other/app", "main", "CANCELED"],
    ] as const) {
      const by = repository === core ? (branch === "dev" ? people.keeper.client : admin) : test.admin;
      await this.change(by, "reportBuild", build(repository, branch, status));
    }
    await this.change(admin, "updateRepository", { slug: core, description: "the heart of it" });
    await this.change(people.member.client, "updateAccount", { login: "member", name: "Mia" });
    await this.change(people.keeper.client, "setCollaborator", {
      repository: core,
      login: "outsider",
      scope: "STATUS",
    });
    await this.change(people.keeper.client, "removeCollaborator", { repository: core, login: "outsider" });
    for (const login of ["maker", "former"])
      await this.change(people.boss.client, "removeCollaborator", { repository: core, login });
    await this.change(people.leaver.client, "removeMembership", { organization: "gh/acme", login: "leaver" });
    await this.change(people.boss.client, "createRepository", {
      slug: "gh/acme/quiet",
      description: "nothing happens",
    });
    await this.change(people.root.client, "suspendAccount", { login: "outsider", reason: "a mistake" });
    await this.change(people.root.client, "resumeAccount", { login: "outsider" });
    await this.change(people.root.client, "suspendAccount", {
      login: "suspended",
      reason: "left the company",
    });
    this.strays("a suspended account", people.suspended);
  }

  /** One change at one instant. */
  private async step<T>(work: () => Promise<T>): Promise<T> {
    this.test.pass(1000);
    return work();
  }

  private change(by: Client, mutation: string, input: object): Promise<Record<string, Created>> {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const shown = /^(create.*|rotate)Token$/.test(mutation) ? "token { id } secret" : "__typename";
    return this.step(() =>
      by.must<Record<string, Created>>(
        `mutation($input: ${type}!) { ${mutation}(input: $input) { ${shown} } }`,
        {
          input,
        },
      ),
    );
  }

  private async rotate(by: Client, input: object): Promise<MadeToken> {
    return this.created(await this.change(by, "rotateToken", input), "rotateToken");
  }

  /** Rotates itself with an overlap, and the new one is used: both are good. */
  private async takeOver(old: MadeToken): Promise<MadeToken> {
    const used = await this.rotate(old.client, { handover: "ON_FIRST_USE", overlapSeconds: 86_400 });
    await this.step(() => used.client.must("{ __typename }"));
    return used;
  }

  private created(data: Record<string, Created>, mutation: string): MadeToken {
    const { token, secret } = data[mutation]!;
    return { id: token.id, secret, client: this.test.client(secret) };
  }

  private plays(name: string, { secret }: { readonly secret: string }, depth = 4): void {
    this.players.push({ name, secret, depth });
    this.secrets.push(secret);
  }

  private strays(
    name: string,
    { secret }: { readonly secret: string },
    refused: Player["refused"] = "not found",
  ): void {
    this.strangers.push({ name, secret, refused });
    this.secrets.push(secret);
  }

  private clientOf(name: string): Client {
    return this.test.client(this.players.find((player) => player.name === name)!.secret);
  }
}

interface Created {
  readonly token: { readonly id: string };
  readonly secret: string;
}

const build = (repository: string, branch: string, status: string): object => ({
  ...{ repository, branch, status },
  commit: "0123456789abcdef",
  url: "https://ci.example.com/1",
});
