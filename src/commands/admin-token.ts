import type { Config } from "../config";
import { acceptRollbackOption, acceptsRollback } from "./accept-rollback";
import type { Command } from "./command-line";

/** `tokenward admin-token LOGIN`: the way back in, for whoever runs the server's machine. */
export function adminTokenCommand(
  make: (config: Config, login: string, acceptRollback: boolean) => Promise<string>,
  { out, err }: { readonly out: (text: string) => void; readonly err: (text: string) => void },
): Command {
  return {
    name: "admin-token",
    operands: "LOGIN",
    help: "make an account token for a site administrator, creating or resuming the account (server stopped)",
    options: acceptRollbackOption,
    checkOperands: (count) => (count === 1 ? null : "admin-token takes one LOGIN"),
    async run({ config, operands: [login = ""], options }) {
      const secret = await make(config(), login, acceptsRollback(options));
      err("The account token, shown this once:\n");
      // Alone on standard output, so that it can be captured.
      out(`${secret}\n`);
      return 0;
    },
  };
}
