/** Whether all of the table is asked (`npm run test:access`), and not the fixed tenth of `npm test`. */
export const whole = (globalThis as { wholeAccessTable?: boolean }).wholeAccessTable === true;

/** A number that is always the same for the same text (FNV-1a). */
export function numberOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  // The low bits alone hardly depend on the first letters.
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Two such numbers as one. */
export const mixed = (one: number, other: number): number => {
  const product = Math.imul(one ^ Math.imul(other, 0x9e3779b1), 0x85ebca6b);
  return (product ^ (product >>> 13)) >>> 0;
};

/** Whether something is asked in this run. */
export const isAsked = (number: number): boolean => whole || number % 10 === 0;

/** A test may take its time where it asks the whole table. */
export const patience = 1_200_000;

/** Says how much was asked, between the lines of Jest. */
export function report(text: string): void {
  process.stderr.write(`access: ${text} (${whole ? "all" : "a tenth"})\n`);
}
