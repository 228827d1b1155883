import {
  endOf,
  expiryWithin,
  isLive,
  LATEST_INSTANT_MS,
  lifetimeMs,
  outlives,
  settledUntil,
  stateOf,
  successorIdOf,
  TOKEN_STATES,
  type TokenLife,
} from "../../src/domain/token";
import { neverRotated } from "../support/life";

const NOW = Date.UTC(2026, 10, 22, 4, 39, 27);
const HOUR = 3_600_000;
const at = (ms: number): Date => new Date(NOW + ms);
const life = (fields: Partial<TokenLife> = {}): TokenLife => ({
  createdAt: at(-HOUR),
  expiresAt: null,
  revokedAt: null,
  ...neverRotated,
  ...fields,
});

describe("the state of a token", () => {
  it.each<[string, Partial<TokenLife>, string]>([
    ["never expires", {}, "ACTIVE"],
    ["expires in a millisecond", { expiresAt: at(1) }, "ACTIVE"],
    ["expires now", { expiresAt: at(0) }, "EXPIRED"],
    ["has expired", { expiresAt: at(-1) }, "EXPIRED"],
    ["was rotated", { rotatedAt: at(-1) }, "ROTATED"],
    ["was rotated this instant", { rotatedAt: at(0) }, "ROTATED"],
    ["was revoked", { revokedAt: at(-1) }, "REVOKED"],
    ["was rotated and has expired since", { rotatedAt: at(-2), expiresAt: at(-1) }, "ROTATED"],
    ["was revoked and has expired since", { revokedAt: at(-2), expiresAt: at(-1) }, "REVOKED"],
    ["was rotated and revoked", { rotatedAt: at(-2), revokedAt: at(-1) }, "REVOKED"],
    ["is all at once", { rotatedAt: at(-3), revokedAt: at(-2), expiresAt: at(-1) }, "REVOKED"],
  ])("that %s: the first that holds", (_name, fields, expected) => {
    expect(stateOf(life(fields), NOW)).toBe(expected);
  });

  it("stays what it is once it has ended, however much time passes", () => {
    for (const ended of [{ revokedAt: at(0) }, { rotatedAt: at(0) }, { expiresAt: at(0) }]) {
      const states = [0, 1, HOUR, 1000 * HOUR].map((later) => stateOf(life(ended), NOW + later));
      expect(new Set(states).size).toBe(1);
      expect(isLive(states[0]!)).toBe(false);
    }
  });

  it("is accepted when ACTIVE or RETIRING, and in no other", () => {
    expect(TOKEN_STATES.filter(isLive)).toEqual(["ACTIVE", "RETIRING"]);
  });
});

describe("a token in a handover", () => {
  const handed = { replacedById: 7, handoverStartedAt: at(-HOUR), handoverEndsAt: at(HOUR) };

  it.each<[string, Partial<TokenLife>, string]>([
    ["waits for its successor's first use", handed, "RETIRING"],
    ["waited in vain", { ...handed, handoverEndsAt: at(0) }, "ACTIVE"],
    [
      "is in its overlap, the deadline past",
      { ...handed, handoverEndsAt: at(-1), successorUsedAt: at(-2), overlapEndsAt: at(1) },
      "RETIRING",
    ],
    ["is at the end of its overlap", { ...handed, successorUsedAt: at(-2), overlapEndsAt: at(0) }, "ROTATED"],
    [
      "expired before its overlap ended",
      { ...handed, successorUsedAt: at(-2), expiresAt: at(-1), overlapEndsAt: at(0) },
      "EXPIRED",
    ],
    [
      "expired as its overlap ended",
      { ...handed, successorUsedAt: at(-2), expiresAt: at(0), overlapEndsAt: at(0) },
      "ROTATED",
    ],
    ["is a successor that nobody used in time", { awaitsFirstUse: true, lapsesAt: at(0) }, "EXPIRED"],
    ["is a successor that may still be used", { awaitsFirstUse: true, lapsesAt: at(1) }, "ACTIVE"],
  ])("that %s: its state", (_name, fields, expected) => {
    expect(stateOf(life(fields), NOW)).toBe(expected);
  });

  it("ends when it expires, or when nobody used it in time: whichever is first, once that has come", () => {
    expect(endOf(life({ expiresAt: at(HOUR) }), NOW)).toEqual(at(HOUR));
    expect(endOf(life({ expiresAt: at(HOUR), lapsesAt: at(1) }), NOW)).toEqual(at(HOUR));
    expect(endOf(life({ expiresAt: at(HOUR), lapsesAt: at(0) }), NOW)).toEqual(at(0));
    expect(endOf(life({ expiresAt: at(-2), lapsesAt: at(-1) }), NOW)).toEqual(at(-2));
    expect(endOf(life({ lapsesAt: at(-1) }), NOW)).toEqual(at(-1));
    expect(endOf(life({ lapsesAt: at(1) }), NOW)).toBeNull();
  });

  it("has its successor until that was not used in time, and for good once it has ended itself", () => {
    const lapsed = { ...handed, handoverEndsAt: at(0) };
    expect(successorIdOf(life(), NOW)).toBeNull();
    expect(successorIdOf(life(handed), NOW)).toBe(7);
    expect(successorIdOf(life(lapsed), NOW)).toBeNull();
    for (const kept of [
      { successorUsedAt: at(-1) },
      { revokedAt: at(-1) },
      { rotatedAt: at(-1) },
      { expiresAt: at(-1) },
      { expiresAt: at(0) },
      { handoverStartedAt: null },
      { handoverEndsAt: null },
    ])
      expect([kept, successorIdOf(life({ ...lapsed, ...kept }), NOW)]).toEqual([kept, 7]);
    expect(successorIdOf(life({ ...lapsed, expiresAt: at(1) }), NOW)).toBeNull();
  });
});

describe("the lifetime of a token", () => {
  it("counts from its creation, not from now", () => {
    expect(lifetimeMs(life({ expiresAt: at(HOUR) }))).toBe(2 * HOUR);
  });

  it("is without end for one that never expires", () => {
    expect(lifetimeMs(life())).toBe(Infinity);
  });

  it.each<[string, number, number, Date | null]>([
    ["what is wanted, where that is allowed", HOUR, 2 * HOUR, at(HOUR)],
    ["what is allowed, where more is wanted", 2 * HOUR, HOUR, at(HOUR)],
    ["what is allowed, where no end is wanted", Infinity, HOUR, at(HOUR)],
    ["what is wanted, where everything is allowed", HOUR, Infinity, at(HOUR)],
    ["without end, where that is wanted and allowed", Infinity, Infinity, null],
  ])("of a new one is %s", (_name, wanted, most, expected) => {
    expect(expiryWithin(NOW, wanted, most)).toEqual(expected);
  });

  it("never passes the last instant that can be written", () => {
    expect(expiryWithin(NOW, Number.MAX_SAFE_INTEGER, Infinity)?.toISOString()).toBe(
      "9999-12-31T23:59:59.999Z",
    );
    expect(new Date(LATEST_INSTANT_MS).toISOString()).toBe("9999-12-31T23:59:59.999Z");
  });

  it.each<[string, Date | null, number, boolean]>([
    ["an expiry just within", at(HOUR), HOUR, false],
    ["an expiry one millisecond beyond", at(HOUR + 1), HOUR, true],
    ["never, where there is an end", null, HOUR, true],
    ["never, where there is none", null, Infinity, false],
    ["the last instant, where there is no end", new Date(LATEST_INSTANT_MS), Infinity, false],
  ])("is judged by %s", (_name, expiresAt, most, expected) => {
    expect(outlives(expiresAt, NOW, most)).toBe(expected);
  });
});

describe("until when a token stays as it is", () => {
  const instants = [null, -2, -1, 0, 1, 2, 3].map((hours) => (hours === null ? null : at(hours * HOUR)));
  /** Every combination of these instants, whether they can come about or not. */
  const lives = instants.flatMap((expiresAt) =>
    instants.flatMap((lapsesAt) =>
      instants.flatMap((overlapEndsAt) =>
        instants.flatMap((handoverEndsAt) =>
          [null, at(-HOUR)].flatMap((handoverStartedAt) =>
            [null, at(-HOUR)].map((successorUsedAt) =>
              life({
                ...{ expiresAt, lapsesAt, overlapEndsAt, handoverEndsAt },
                ...{ handoverStartedAt, successorUsedAt, replacedById: 7 },
              }),
            ),
          ),
        ),
      ),
    ),
  );
  const asItIs = (one: TokenLife, now: number): string =>
    `${stateOf(one, now)} ${endOf(one, now)?.getTime()} ${successorIdOf(one, now)}`;

  it("nothing of it changes before, whatever its instants are", () => {
    for (const one of lives) {
      const until = settledUntil(one, NOW);
      expect(until).toBeGreaterThan(NOW);
      for (const later of [1, HOUR - 1, HOUR, 2 * HOUR, 5 * HOUR])
        if (NOW + later < until && asItIs(one, NOW + later) !== asItIs(one, NOW))
          throw new Error(`${JSON.stringify(one)} has changed after ${later}`);
    }
  });

  it("is the first of its ends to come, and for ever where there is none", () => {
    expect(settledUntil(life({ expiresAt: at(2), lapsesAt: at(1), overlapEndsAt: at(0) }), NOW)).toBe(
      NOW + 1,
    );
    expect(settledUntil(life({ expiresAt: at(0) }), NOW)).toBe(Infinity);
  });
});
