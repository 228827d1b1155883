/**
 * Rows as RFC 4180 has them. The first column of a row is its repository, the second the secret; further ones are texts
 * that people wrote: one that a spreadsheet would take for a formula is led by an apostrophe.
 */
export const csvOf = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");

function field(text: string): string {
  const harmless = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
