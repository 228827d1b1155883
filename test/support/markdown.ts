import { readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(__dirname, "..", "..");

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** Where its text begins, counted from 1. */
  readonly line: number;
}

/** A page of the documentation, by its path in the project. */
export class Page {
  readonly text: string;
  private readonly lines: readonly string[];

  constructor(readonly path: string) {
    this.text = readFileSync(join(root, path), "utf8");
    this.lines = this.text.split("\n");
  }

  /** All fenced blocks, in their order. */
  get blocks(): Block[] {
    const fences = this.lines.flatMap((line, index) => (line.startsWith("```") ? [index] : []));
    return fences.flatMap((start, nth) => {
      const end = fences[nth + 1];
      if (nth % 2 === 1 || end === undefined) return [];
      const language = (this.lines[start] ?? "").slice(3);
      return [{ language, text: this.lines.slice(start + 1, end).join("\n"), line: start + 2 }];
    });
  }

  /** The page without its fenced blocks. */
  get prose(): string {
    return this.text.replace(/^```[^]*?^```$/gm, "");
  }

  /** The rows of the table below a heading of the second level, without its head: each as its cells. */
  table(heading: string): string[][] {
    const start = this.lines.indexOf(`## ${heading}`);
    if (start === -1) throw new Error(`${this.path} has no heading ${heading}`);
    const first = this.lines.findIndex((line, index) => index > start && line.startsWith("|"));
    const end = this.lines.findIndex((line, index) => index > first && !line.startsWith("|"));
    return this.lines.slice(first + 2, end).map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
  }

  /** The names by which headings are linked to, as GitHub makes them. */
  get anchors(): string[] {
    const headings = this.prose.match(/^#+ .*$/gm) ?? [];
    return headings.map((heading) =>
      heading
        .replace(/^#+ /, "")
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
  }

  /** Where its links lead that stay within the project. */
  get links(): string[] {
    return [...this.prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^[a-z]+:/.test(target));
  }
}

/**
 * Whether what was printed is what a page shows. White space does not count, so that a page may lay an answer out. `…`
 * stands for the rest of a word where it follows one, else for anything.
 */
export function isShown(shown: string, printed: string): boolean {
  const pattern = shown
    .replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
    .replace(/(?<=\w)…/g, "[\\w:.-]+")
    .replaceAll("…", "[^]*")
    .replace(/\s+/g, "");
  return new RegExp(`^${pattern}$`).test(printed.replace(/\s+/g, ""));
}
