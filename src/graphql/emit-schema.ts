import { readFileSync, writeFileSync } from "node:fs";
import { lexicographicSortSchema, printSchema } from "graphql";
import { createSchema } from "./schema";

const HEADER = "# Emitted from the classes in src/graphql by `npm run schema`. Do not edit.\n\n";

/** The schema as text, in an order that does not depend on the order of imports. */
export function printedSchema(): string {
  return `${HEADER}${printSchema(lexicographicSortSchema(createSchema()))}\n`;
}

if (require.main === module) {
  const [path = "schema.graphql", mode] = process.argv.slice(2);
  const text = printedSchema();
  if (mode !== "--check") {
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`${path} is not what the classes say: run npm run schema`);
    process.exitCode = 1;
  }
}
