// Stands in for jq where the machine has none: jq itself, as WebAssembly. `jq [-OPTION...] FILTER`, from standard input.
import { readFileSync, writeSync } from "node:fs";
import { raw } from "jq-wasm";

const args = process.argv.slice(2);
const filter = args.find((arg) => !arg.startsWith("-")) ?? ".";
const flags = args.filter((arg) => arg !== filter);
const { stdout, stderr, exitCode } = await raw(readFileSync(0, "utf8"), filter, flags);
if (stdout !== "") writeSync(1, `${stdout.replace(/\n$/, "")}\n`);
if (stderr !== "") writeSync(2, `${stderr.replace(/\n$/, "")}\n`);
process.exitCode = exitCode;
