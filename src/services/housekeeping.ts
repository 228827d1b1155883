import { setInterval as every } from "node:timers";
import { forgetAnswers } from "../store/idempotency-store";
import { findUnsettled } from "../store/line-store";
import { changeUnattended } from "./change";
import type { Foundation } from "./foundation";
import { Lines } from "./lines";
import { ANSWER_LIFE_MS } from "./retry";

const RUN_EVERY_MS = 20_000;
const LINES_AT_ONCE = 200;

/**
 * Writes down what time has done: handovers that lapsed, overlaps that are over, answers that no retry needs any more.
 * Nothing waits for it: a token's state is decided by the clock at each use.
 */
export class Housekeeping {
  private readonly timer: NodeJS.Timeout;
  private running: Promise<void> | null = null;
  /** Something deleted may still be in the files: also from before this start. */
  private isUnclean = true;

  constructor(
    private readonly foundation: Foundation,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.timer = every(() => void this.run(), RUN_EVERY_MS);
    this.timer.unref();
  }

  run(): Promise<void> {
    this.running ??= this.work()
      .catch(this.onFailure)
      .finally(() => {
        this.running = null;
      });
    return this.running;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async work(): Promise<void> {
    const { database, now } = this.foundation;
    for (;;) {
      const ids = await findUnsettled(database.reader, now(), LINES_AT_ONCE);
      if (ids.length === 0) break;
      await changeUnattended(this.foundation, async (change) => {
        const lines = await Lines.load(change, ids);
        await lines.save({ byId: null, reason: null });
      });
    }
    if ((await forgetAnswers(database, now() - ANSWER_LIFE_MS)) > 0) this.isUnclean = true;
    // Whoever reads the file at this moment is waited for the next time.
    if (this.isUnclean) this.isUnclean = !(await database.scrub());
  }
}
