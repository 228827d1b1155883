import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, startApp } from "../../src/app";
import { readConfig } from "../../src/config";
import type { DatabaseHooks } from "../../src/store/database";
import { Client } from "./client";
import { newDatabase, onPostgres, type TestDatabase } from "./databases";

export interface TestAppOptions {
  /** Variables of the environment, beside the kit's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of the built console, where it is to be served. */
  readonly web?: string;
  readonly hooks?: DatabaseHooks;
  /** An existing folder with the SQLite database; it is then not removed. */
  readonly folder?: string;
  /** Another instance on the same database (PostgreSQL). */
  readonly beside?: TestApp;
  /** The clock stands still but for `pass`, so that two readings of one state are the same to the byte. */
  readonly frozen?: boolean;
}

export interface Actor {
  readonly login: string;
  readonly id: string;
  readonly secret: string;
  readonly client: Client;
}

export interface MadeToken {
  readonly id: string;
  readonly secret: string;
  readonly client: Client;
}

type Scope = "STATUS" | "READ_ONLY" | "ADMIN";

// Tests of the limits set their own.
const unlimited = { RATE_LIMIT_PER_MINUTE: "0", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0" };

let serial = 0;
const next = (name: string): string => `${name}-${(serial += 1)}`;

/** The real server, in this process, on a database of its own, with a clock that is moved and never slept on. */
export class TestApp {
  private offset = 0;
  private readonly started = Date.now();
  /** Every line that was logged. */
  readonly log: string[] = [];
  app!: App;
  admin!: Client;
  adminSecret = "";

  private constructor(
    readonly folder: string,
    readonly database: TestDatabase,
    private options: TestAppOptions,
  ) {}

  static async start(options: TestAppOptions = {}): Promise<TestApp> {
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), "tokenward-test-"));
    const { beside } = options;
    const test = new TestApp(folder, beside?.database ?? (await newDatabase(folder)), options);
    await test.open();
    if (beside !== undefined) test.admin = test.client((test.adminSecret = beside.adminSecret));
    return test;
  }

  /** Starts on the same database again, as after a restart. */
  async open(): Promise<void> {
    const env = {
      DATABASE_URL: this.database.url,
      PORT: "0",
      LOG_LEVEL: "debug",
      ...unlimited,
      ...this.options.env,
    };
    const result = readConfig(env);
    if ("faults" in result) throw new Error(result.faults.join("\n"));
    const write = (fields: object, message: string): void =>
      void this.log.push(JSON.stringify({ ...fields, message }));
    this.app = await startApp({
      config: result.config,
      log: {
        info: write,
        error: write,
        request: (answered) => {
          write(answered, "request");
        },
      },
      now: () => this.now(),
      hooks: this.options.hooks,
      web: this.options.web,
      onBootstrap: ({ secret }) => (this.adminSecret = secret),
    });
    this.admin = this.client(this.adminSecret);
  }

  /** Stops it and starts it again, with these variables of the environment changed. */
  async restart(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.app.close();
    this.options = { ...this.options, env: { ...this.options.env, ...env } };
    await this.open();
  }

  get url(): string {
    return this.app.url;
  }

  get databasePath(): string {
    return join(this.folder, "tokenward.db");
  }

  now(): number {
    return (this.options.frozen === true ? this.started : Date.now()) + this.offset;
  }

  /** An instant so many milliseconds from the server's now, as GraphQL takes it. */
  in(ms: number): string {
    return new Date(this.now() + ms).toISOString();
  }

  /** Moves the clock forward. */
  pass(ms: number): void {
    this.offset += ms;
  }

  client(secret: string | null): Client {
    return new Client(this.url, secret);
  }

  /** Rows straight from the database, committed ones alone. */
  rows<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    if (onPostgres) return this.database.rows<Row>(sql, parameters);
    return this.app.database.reader.query<Row[]>(sql, parameters);
  }

  async close(): Promise<void> {
    await this.app.close();
    if (this.options.beside === undefined) await this.database.drop();
    if (this.options.folder === undefined) rmSync(this.folder, { recursive: true, force: true });
  }

  /** An account with a token of its own. */
  async account(
    fields: {
      login?: string;
      name?: string;
      kind?: "USER" | "SERVICE";
      isSiteAdmin?: boolean;
      expiresAt?: string;
    } = {},
  ): Promise<Actor> {
    const { expiresAt, ...input } = { login: next("user"), ...fields };
    const made = await this.admin.must<{ createAccount: { account: { id: string } } }>(
      "mutation($input: CreateAccountInput!) { createAccount(input: $input) { account { id } } }",
      { input },
    );
    const { secret } = await this.accountToken(input.login, { expiresAt });
    return { login: input.login, id: made.createAccount.account.id, secret, client: this.client(secret) };
  }

  async accountToken(
    account: string,
    fields: { label?: string; expiresAt?: string } = {},
  ): Promise<MadeToken> {
    const data = await this.admin.must<{ createAccountToken: { secret: string; token: { id: string } } }>(
      "mutation($input: CreateAccountTokenInput!) { createAccountToken(input: $input) { secret token { id } } }",
      { input: { label: "test", account, ...fields } },
    );
    const { secret, token } = data.createAccountToken;
    return { secret, id: token.id, client: this.client(secret) };
  }

  async organization(slug = `gh/${next("org")}`): Promise<string> {
    await this.admin.must(
      "mutation($slug: String!) { createOrganization(input: { slug: $slug }) { organization { id } } }",
      { slug },
    );
    return slug;
  }

  /** A repository; its organization is made when it is missing. */
  async repository(slug = `gh/${next("org")}/${next("repo")}`): Promise<string> {
    await this.admin.must(
      "mutation($slug: String!) { importRepositories(input: { repositories: [{ slug: $slug }] }) { createdCount } }",
      { slug },
    );
    return slug;
  }

  async repositories(slugs: readonly string[]): Promise<void> {
    for (let start = 0; start < slugs.length; start += 1000) {
      await this.admin.must(
        "mutation($input: ImportRepositoriesInput!) { importRepositories(input: $input) { createdCount } }",
        { input: { repositories: slugs.slice(start, start + 1000).map((slug) => ({ slug })) } },
      );
    }
  }

  /** Gives an account (a new one when left out) a role. */
  async member(organization: string, role: "MEMBER" | "ADMIN" = "MEMBER", actor?: Actor): Promise<Actor> {
    const member = actor ?? (await this.account());
    await this.admin.must(
      "mutation($input: SetMembershipInput!) { setMembership(input: $input) { organization { id } } }",
      { input: { organization, login: member.login, role } },
    );
    return member;
  }

  /** Gives an account (a new one when left out) a scope on a repository. */
  async collaborator(repository: string, scope: Scope, actor?: Actor): Promise<Actor> {
    const collaborator = actor ?? (await this.account());
    await this.admin.must(
      "mutation($input: SetCollaboratorInput!) { setCollaborator(input: $input) { repository { id } } }",
      { input: { repository, login: collaborator.login, scope } },
    );
    return collaborator;
  }

  async repositoryToken(
    repository: string,
    scope: Scope = "READ_ONLY",
    fields: { label?: string; expiresAt?: string; by?: Client } = {},
  ): Promise<MadeToken> {
    const { by = this.admin, ...input } = fields;
    const data = await by.must<{ createRepositoryToken: { secret: string; token: { id: string } } }>(
      "mutation($input: CreateRepositoryTokenInput!) { createRepositoryToken(input: $input) { secret token { id } } }",
      { input: { label: "test", repository, scope, ...input } },
    );
    const { secret, token } = data.createRepositoryToken;
    return { secret, id: token.id, client: this.client(secret) };
  }
}
