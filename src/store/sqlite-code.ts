/**
 * SQLite's code for what failed; null when something else did. Asked by shape: the class of these errors is made once a
 * process by whoever loads the native module first, so that `instanceof` holds for one copy of it alone.
 */
export function sqliteCodeOf(error: unknown): string | null {
  const code: unknown = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : null;
}
