import { parseArgs } from "node:util";
import type { Config, ConfigResult } from "../config";

/** What the commands are handed: everything beyond this floor, and where to write. */
export interface Surroundings {
  readonly readConfig: () => ConfigResult;
  readonly describeVariables: () => readonly { name: string; fallback: string; meaning: string }[];
  readonly version: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

interface Option {
  /** Null: it takes no value. */
  readonly placeholder: string | null;
  readonly help: string;
}

/** One command: its line in the manual, what it takes, and what it does. Gives the exit status. */
export interface Command {
  readonly name: string;
  readonly operands: string;
  readonly help: string;
  readonly options: Readonly<Record<string, Option>>;
  /** What is allowed, when so many operands are not; null: they are. */
  checkOperands(count: number): string | null;
  run(input: CommandInput): Promise<number>;
}

export interface CommandInput {
  readonly operands: readonly string[];
  /** What was given, by its name; empty for an option that takes no value. */
  readonly options: Readonly<Record<string, string>>;
  /** The configuration; asked for, it prints all faults and ends the command. */
  readonly config: () => Config;
}

/** Ends a command with what to say; the exit status is 1. */
export class CommandError extends Error {}

/** Finds and runs the command. All faults of the command line are named at once, with what is allowed. */
export async function runCommandLine(
  args: readonly string[],
  commands: readonly Command[],
  surroundings: Surroundings,
): Promise<number> {
  const [name = "--help", ...rest] = args;
  if (name === "--version") return say(surroundings.out, surroundings.version);
  if (name === "--help" || name === "help") return say(surroundings.out, manual(commands, surroundings));
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    const names = commands.map((one) => one.name).join(", ");
    return fail(surroundings, [`unknown command or option: must be one of ${names}, --help, --version`]);
  }
  if (rest.includes("--help")) return say(surroundings.out, usage(command));
  const { operands, options, faults } = parse(command, rest);
  if (faults.length > 0) return fail(surroundings, faults);
  try {
    return await command.run({ operands, options, config: () => configOf(surroundings) });
  } catch (error) {
    if (error instanceof CommandError) return fail(surroundings, error.message.split("\n"));
    throw error;
  }
}

function parse(command: Command, args: readonly string[]) {
  const known = Object.keys(command.options);
  const typeOf = (option: string) =>
    command.options[option]?.placeholder === null ? ("boolean" as const) : ("string" as const);
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(known.map((option) => [option, { type: typeOf(option) }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const faults: string[] = [];
  const options: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (!known.includes(token.name)) {
      const allowed = [...known.map((option) => `--${option}`), "--help"].join(", ");
      // What was typed may be a secret: the position says enough.
      faults.push(`unknown option (argument ${token.index + 1}): ${command.name} takes ${allowed}`);
    } else if (typeOf(token.name) === "boolean") {
      if (token.value !== undefined) faults.push(`--${token.name}: takes no value`);
      options[token.name] = "";
    } else if (token.value === undefined || token.value === "") {
      faults.push(`--${token.name}: needs a value, ${command.options[token.name]?.placeholder ?? ""}`);
    } else {
      options[token.name] = token.value;
    }
  }
  const wrong = command.checkOperands(positionals.length);
  if (wrong !== null) faults.push(wrong);
  return { operands: positionals, options, faults };
}

function configOf(surroundings: Surroundings): Config {
  const result = surroundings.readConfig();
  if ("faults" in result) throw new CommandError(result.faults.join("\n"));
  return result.config;
}

function manual(commands: readonly Command[], surroundings: Surroundings): string {
  const rows = surroundings.describeVariables();
  const width = Math.max(...rows.map((row) => row.name.length));
  return [
    "Tokenward, API tokens for developer platforms.",
    "",
    "Usage: tokenward COMMAND [OPTION...]",
    "",
    "Commands:",
    ...commands.map(
      (command) => `  ${`${command.name} ${command.operands}`.trim().padEnd(22)} ${command.help}`,
    ),
    "  COMMAND --help         what the command takes",
    "  --version              the version of this program",
    "",
    "Environment of import and import-tokens:",
    "  TOKENWARD_URL    the server (default: http://127.0.0.1:4000)",
    "  TOKENWARD_TOKEN  the account token",
    "",
    "Environment:",
    ...rows.flatMap((row) => [
      `  ${row.name.padEnd(width)}  default: ${row.fallback}`,
      `  ${"".padEnd(width)}  ${row.meaning}`,
    ]),
  ].join("\n");
}

function usage(command: Command): string {
  const options = Object.entries(command.options);
  return [
    `Usage: tokenward ${command.name} ${command.operands}`.trim(),
    "",
    command.help,
    ...(options.length === 0 ? [] : ["", "Options:"]),
    ...options.map(
      ([name, option]) => `  ${`--${name} ${option.placeholder ?? ""}`.padEnd(32)} ${option.help}`,
    ),
  ].join("\n");
}

function say(write: (text: string) => void, text: string): number {
  write(`${text}\n`);
  return 0;
}

function fail({ err }: Surroundings, faults: readonly string[]): number {
  for (const fault of faults) err(`tokenward: ${fault}\n`);
  return 1;
}
