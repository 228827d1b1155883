import type { Config } from "../config";
import { acceptRollbackOption, acceptsRollback } from "./accept-rollback";
import type { Command } from "./command-line";

/** `tokenward migrate`: brings the database up to date and ends. */
export function migrateCommand(
  migrate: (config: Config, acceptRollback: boolean) => Promise<void>,
  out: (text: string) => void,
): Command {
  return {
    name: "migrate",
    operands: "",
    help: "bring the database up to date and end (serve does it too)",
    options: acceptRollbackOption,
    checkOperands: (count) => (count === 0 ? null : "migrate takes no operands"),
    async run({ config, options }) {
      await migrate(config(), acceptsRollback(options));
      out("The database is up to date.\n");
      return 0;
    },
  };
}
