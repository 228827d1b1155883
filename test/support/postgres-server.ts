import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { Client } from "pg";

/** A PostgreSQL server of one test's own, that it may treat badly. */
export class PostgresServer {
  private constructor(
    private readonly input: NodeJS.WritableStream,
    private readonly lines: AsyncIterator<string>,
    readonly url: string,
  ) {}

  static async start(): Promise<PostgresServer> {
    const child = spawn(process.execPath, [join(__dirname, "run-postgres.mjs")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    process.once("exit", () => child.kill());
    const reader: Interface = createInterface({ input: child.stdout });
    const lines = reader[Symbol.asyncIterator]();
    const { value } = (await lines.next()) as { value: string };
    return new PostgresServer(child.stdin, lines, value);
  }

  /** As `pg_ctl stop -m immediate`: no goodbye to anyone. */
  crash(): Promise<void> {
    return this.tell("crash");
  }

  restart(): Promise<void> {
    return this.tell("start");
  }

  /** Ends it and removes its files. */
  quit(): Promise<void> {
    return this.tell("quit");
  }

  async query<Row extends object>(sql: string, parameters: unknown[] = [], url = this.url): Promise<Row[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(sql, parameters)).rows;
    } finally {
      await client.end();
    }
  }

  private async tell(command: string): Promise<void> {
    this.input.write(`${command}\n`);
    await this.lines.next();
  }
}
