import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "./client";
import { newDatabase, type TestDatabase } from "./databases";

const bin = join(__dirname, "..", "..", "bin");

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Variables of the environment, beside the kit's own; undefined takes one of those away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Runs it under a shell, behind these commands: `ulimit -n 64`. */
  readonly shell?: string;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** One process of the program, with all that it has printed. */
export class Run {
  stdout = "";
  stderr = "";
  readonly ended: Promise<Ended>;

  constructor(readonly child: ChildProcess) {
    running.add(child);
    child.stdout!.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status, signal) => {
        running.delete(child);
        resolve({ status, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }

  /** Resolves when standard error holds the pattern; rejects when the process ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(this.stderr);
        if (found === null) return;
        this.child.stderr!.off("data", look);
        resolve(found);
      };
      this.child.stderr!.on("data", look);
      look();
      void this.ended.then(({ status, signal, stderr }) => {
        reject(new Error(`ended (${status ?? signal ?? "?"}) before it printed that: ${stderr}`));
      }, reject);
    });
  }
}

export class RunningServer {
  constructor(
    readonly run: Run,
    readonly url: string,
  ) {}

  client(secret: string | null): Client {
    return new Client(this.url, secret);
  }

  stop(signal?: NodeJS.Signals): Promise<Ended> {
    return this.run.stop(signal);
  }
}

/** Builds what changed, so that no start has to: for `beforeAll`, as it may take a while. */
export async function buildProgram(): Promise<void> {
  const { status, stderr } = await new Run(spawn(process.execPath, [join(bin, "build.js")])).ended;
  if (status !== 0) throw new Error(stderr);
}
export const BUILD_TIMEOUT_MS = 180_000;

/** The built program as an operator runs it, in a folder of its own. `close` ends what still runs. */
export class Program {
  readonly folder = mkdtempSync(join(tmpdir(), "tokenward-program-"));
  private readonly runs = new Set<Run>();

  /** Built, in an empty folder, on an empty database of the kind that this run of the suite is on. */
  static async prepare(): Promise<Program> {
    await buildProgram();
    return Program.create();
  }

  /** The same, when it was built before. */
  static async create(): Promise<Program> {
    const program = new Program();
    program.made = await newDatabase(program.folder);
    return program;
  }

  private made: TestDatabase | null = null;

  /** Of a program that was prepared or created; any other is on SQLite. */
  get database(): TestDatabase {
    if (this.made === null) throw new Error("this program was made without a database");
    return this.made;
  }

  /** Where the database lies unless the options say otherwise. */
  get databasePath(): string {
    return join(this.folder, "tokenward.db");
  }

  spawn(args: readonly string[], { env = {}, shell }: RunOptions = {}): Run {
    const variables: Record<string, string | undefined> = {
      PATH: process.env.PATH,
      DATABASE_URL: this.made?.url ?? `sqlite:${this.databasePath}`,
      PORT: "0",
      ...env,
    };
    const command = [process.execPath, join(bin, "tokenward.js"), ...args] as const;
    const [file, ...rest] =
      shell === undefined ? command : (["sh", "-c", `${shell}; exec "$@"`, "sh", ...command] as const);
    const run = new Run(
      spawn(file, rest, { cwd: this.folder, env: variables, stdio: ["ignore", "pipe", "pipe"] }),
    );
    this.runs.add(run);
    void run.ended.finally(() => this.runs.delete(run)).catch(() => undefined);
    return run;
  }

  /** Runs a command to its end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return this.spawn(args, options).ended;
  }

  /** Starts a server, and waits until it serves. */
  async serve(options: RunOptions = {}): Promise<RunningServer> {
    const run = this.spawn(["serve"], options);
    const [, url = ""] = await run.printed(/Tokenward serves (\S+) /);
    return new RunningServer(run, url);
  }

  async close(): Promise<void> {
    await Promise.all([...this.runs].map((run) => run.stop("SIGKILL")));
    await this.made?.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
