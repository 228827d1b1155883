import { ServerResponse } from "node:http";

let ready: (() => void)[] = [];

function release(): void {
  const answers = ready;
  ready = [];
  for (const end of answers) end();
}

/**
 * A response that leaves at the end of the turn of the event loop in which it was finished, in a row with the others:
 * a write wakes a client that sleeps, which takes as long as the write itself. Those behind the first one mostly find
 * their client awake (docs/performance.md).
 */
export class GatheredResponse extends ServerResponse {
  override end(...parts: unknown[]): this {
    const end = super.end.bind(this) as (...parts: unknown[]) => unknown;
    const leave = (): void => {
      try {
        end(...parts);
      } catch (error) {
        // Nobody stands above it any more who could answer for it.
        this.destroy(error as Error);
      }
    };
    if (ready.push(leave) === 1) setImmediate(release);
    return this;
  }
}
