const SHOW_EVERY_MS = 200;

/** How far something long has come, in one line of a terminal that is written over; nothing elsewhere. */
export class Progress {
  private shownAt = -Infinity;
  private width = 0;

  /** `write`: null when nobody watches. */
  constructor(private readonly write: ((text: string) => void) | null) {}

  show(what: string, done: number, total: number): void {
    const isLast = done === total;
    if (this.write === null || (!isLast && performance.now() - this.shownAt < SHOW_EVERY_MS)) return;
    this.shownAt = performance.now();
    const line = `${what}: ${done} of ${total}`;
    this.write(`\r${line.padEnd(this.width)}`);
    this.width = line.length;
  }

  /** Leaves the line empty. */
  end(): void {
    if (this.width > 0) this.write?.(`\r${"".padEnd(this.width)}\r`);
    this.width = 0;
  }
}
