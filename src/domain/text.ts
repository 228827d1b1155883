/** What a free text may be: how long (in characters, not code units), and what it is told when it is not. */
export interface TextBound {
  readonly allowed: string;
  /** The text as it is kept, or null if it may not be. */
  accept(text: string): string | null;
}

// Control characters, line and paragraph separators, and halves of surrogate pairs.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

function line(least: number, most: number): TextBound {
  return {
    allowed: `must be ${least} to ${most} characters without control characters`,
    accept(text) {
      // Looking at code units first keeps a megabyte of spaces cheap; no character is longer than two.
      if (text.length > 4 * most + 64) return null;
      const kept = text.trim();
      const length = [...kept].length;
      return length < least || length > most || unprintable.test(kept) ? null : kept;
    },
  };
}

function pattern(allowed: string, shape: RegExp): TextBound {
  return { allowed, accept: (text) => (shape.test(text) ? text : null) };
}

const httpUrl: TextBound = {
  allowed: "must be an http or https URL of at most 2000 characters",
  accept(text) {
    if (text.length > 2000 || unprintable.test(text) || !/^https?:\/\//i.test(text)) return null;
    return URL.canParse(text) ? text : null;
  },
};

/** Lengths and alphabets of every text that callers write (lifecycle.md, "Bounds"). */
export const bounds = {
  label: line(1, 100),
  accountName: line(1, 100),
  description: line(0, 1000),
  branch: line(1, 255),
  reason: line(0, 200),
  search: line(0, 200),
  commit: pattern("must be 7 to 64 hexadecimal digits", /^[0-9a-f]{7,64}$/i),
  url: httpUrl,
} as const;

/** Lower case for ASCII alone, the same on every database and in every locale. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
