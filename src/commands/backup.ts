import type { Config } from "../config";
import { type Command, CommandError } from "./command-line";
import type { Progress } from "./progress";

interface BackupTools {
  /** Makes the backup and gives its size, in bytes. */
  readonly backUp: (
    from: string,
    to: string,
    options: { overwrite: boolean; onProgress: (done: number, total: number) => void },
  ) => Promise<number>;
  readonly progress: () => Progress;
  readonly out: (text: string) => void;
}

/** `tokenward backup FILE`: a verified copy of an SQLite database, while a server runs on it. */
export function backupCommand({ backUp, progress, out }: BackupTools): Command {
  return {
    name: "backup",
    operands: "FILE",
    help: "copy the SQLite database into a new file, while the server runs",
    options: { overwrite: { placeholder: null, help: "replace FILE when it exists" } },
    checkOperands: (count) => (count === 1 ? null : "backup takes one FILE"),
    async run({ config, operands: [file = ""], options }) {
      const path = sqlitePathOf(config());
      const shown = progress();
      const size = await backUp(path, file, {
        overwrite: "overwrite" in options,
        onProgress: (done, total) => {
          shown.show("pages", done, total);
        },
      })
        .catch((error: unknown) => {
          throw new CommandError((error as Error).message);
        })
        .finally(() => {
          shown.end();
        });
      out(`${file}: ${size} bytes, verified\n`);
      return 0;
    },
  };
}

function sqlitePathOf({ database }: Config): string {
  if (database.kind === "sqlite") return database.path;
  throw new CommandError("backup is for SQLite: with PostgreSQL use pg_dump (docs/operations.md, Backups)");
}
