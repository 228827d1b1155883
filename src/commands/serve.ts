import type { Config } from "../config";
import { acceptRollbackOption, acceptsRollback } from "./accept-rollback";
import { type Command, CommandError } from "./command-line";

interface Running {
  readonly url: string;
  close(): Promise<void>;
}

interface ServeTools {
  /** Starts the server; `onSecret` gets the first administrator's secret when one was minted. */
  readonly start: (
    config: Config,
    onSecret: (secret: string) => void,
    acceptRollback: boolean,
  ) => Promise<Running>;
  /** Resolves with the name of the first signal that asks to stop. */
  readonly untilStopped: () => Promise<string>;
  readonly log: (fields: object, message: string) => void;
  /** The terminal: not the log, which is kept. */
  readonly tell: (text: string) => void;
}

/** `tokenward serve`: what `npm start` runs. */
export function serveCommand({ start, untilStopped, log, tell }: ServeTools): Command {
  return {
    name: "serve",
    operands: "",
    help: "migrate the database and serve until SIGTERM or SIGINT",
    options: acceptRollbackOption,
    checkOperands: (count) => (count === 0 ? null : "serve takes no operands"),
    async run({ config, options }) {
      const stopped = untilStopped();
      const settings = config();
      const onSecret = (secret: string): void => {
        tell(
          `\nSite administrator "admin" was made. Its account token, shown this once:\n\n  ${secret}\n\n` +
            "Keep it in a password manager, or set it as an environment variable; never write it into a file.\n\n",
        );
      };
      const app = await start(settings, onSecret, acceptsRollback(options)).catch((error: unknown) => {
        throw new CommandError(reasonOf(error));
      });
      tell(`Tokenward serves ${app.url} (GraphQL at ${app.url}/graphql)\n`);
      log({ url: app.url }, "listening");
      const signal = await stopped;
      log({ signal }, "stopping");
      await app.close();
      log({}, "stopped");
      return 0;
    },
  };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (code === "EADDRINUSE") return "PORT: something listens there already: choose another";
  if (code === "EACCES") return "HOST, PORT or DATABASE_URL: permission denied: choose others";
  return message;
}
