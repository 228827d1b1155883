/** What of a database's tables tells who made it. */
export interface Traces {
  /** All tables but the database's own. */
  readonly tables: readonly string[];
  /** The columns of the table `migrations`; none: there is no such table. */
  readonly columns: readonly string[];
  /** The migrations that were run, by name; none where that table is not ours. */
  readonly applied: readonly string[];
}

/**
 * Who made a database: this program (or nobody yet), another program, or a version that has migrations which this one
 * does not know.
 */
export function originOf(
  { tables, columns, applied }: Traces,
  known: readonly { readonly name: string }[],
): "ours" | "foreign" | "newer" {
  // A first start that was killed may have left the table of migrations, empty.
  const isOurs = applied.length > 0 || (columns.includes("name") && tables.length === 1);
  if (tables.length > 0 && !isOurs) return "foreign";
  const names = new Set(known.map(({ name }) => name));
  return applied.some((name) => !names.has(name)) ? "newer" : "ours";
}
