/** When a token is to expire, as it is chosen in a form. */
export interface Expiry {
  readonly choice: "keep" | "never" | "date" | `${number}`;
  /** Local time, as the field gives it; empty: not chosen yet. */
  readonly date: string;
}

const DAY_MS = 86_400_000;

/**
 * As the API takes it. Undefined: left out; null: never.
 *
 * @param from when presets begin, in milliseconds since 1970: a retry has to say the same instant as the first try
 */
export function expiresAtOf({ choice, date }: Expiry, from: number): string | null | undefined {
  if (choice === "keep") return undefined;
  if (choice === "never") return null;
  if (choice !== "date") return new Date(from + Number(choice) * DAY_MS).toISOString();
  return new Date(date).toISOString();
}

/** Why it cannot be sent; null: it can. */
export const faultOf = ({ choice, date }: Expiry): string | null =>
  choice === "date" && date === "" ? "Choose a date, or one of the presets." : null;
