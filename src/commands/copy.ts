import { type Config, parseDatabaseUrl } from "../config";
import type { DatabaseLocation } from "../store/database";
import { type Command, CommandError } from "./command-line";
import type { Progress } from "./progress";

interface CopyTools {
  /** Copies everything and gives the number of rows. */
  readonly copy: (
    from: DatabaseLocation,
    to: DatabaseLocation,
    options: {
      epochFile: Config["epochFile"];
      onCopied: (what: string, done: number, total: number) => void;
    },
  ) => Promise<number>;
  readonly progress: () => Progress;
  readonly out: (text: string) => void;
}

/** `tokenward copy --from URL --to URL`: from SQLite to PostgreSQL, or back. */
export function copyCommand({ copy, progress, out }: CopyTools): Command {
  return {
    name: "copy",
    operands: "",
    help: "move everything from SQLite to an empty PostgreSQL database, or back (server stopped)",
    options: {
      from: { placeholder: "URL", help: "the database as it is: sqlite:PATH or postgres://..." },
      to: { placeholder: "URL", help: "the other one, which must hold nothing" },
    },
    checkOperands: (count) => (count === 0 ? null : "copy takes no operands"),
    async run({ config, options }) {
      const { from, to } = readLocations(options);
      const { epochFile } = config();
      const shown = progress();
      const rows = await copy(from, to, {
        epochFile,
        onCopied: (what, done, total) => {
          shown.show(what, done, total);
        },
      })
        .catch((error: unknown) => {
          throw new CommandError((error as Error).message);
        })
        .finally(() => {
          shown.end();
        });
      out(`${rows} rows copied and compared\n`);
      return 0;
    },
  };
}

function readLocations(options: Readonly<Record<string, string>>) {
  const from = parseDatabaseUrl(options.from ?? "");
  const to = parseDatabaseUrl(options.to ?? "");
  const faults = Object.entries({ from, to })
    .filter(([, location]) => location === undefined)
    .map(([name]) => `--${name}: must be sqlite:PATH, or postgres://USER:PASSWORD@HOST:PORT/DATABASE`);
  if (from === undefined || to === undefined) throw new CommandError(faults.join("\n"));
  if (from.kind === to.kind) {
    throw new CommandError(
      "--from, --to: must be an SQLite and a PostgreSQL database (else: backup, pg_dump)",
    );
  }
  return { from, to };
}
