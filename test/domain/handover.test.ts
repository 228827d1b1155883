import { type Line, type LineEvent, type LineToken, rotationTarget, step } from "../../src/domain/handover";
import { neverRotated } from "../support/life";

const NOW = Date.UTC(2026, 10, 22, 4, 39, 27);
const HOUR = 3_600_000;
const at = (ms: number): Date => new Date(NOW + ms);

const token = (id: number, fields: Partial<LineToken> = {}): LineToken => ({
  createdAt: at(-HOUR),
  expiresAt: null,
  revokedAt: null,
  ...neverRotated,
  id,
  ...fields,
});
const lineOf = (...tokens: LineToken[]): Line => new Map(tokens.map((one) => [one.id, one]));

/** What differs from the tokens before, by id. */
function changes(line: Line, event: LineEvent, now = NOW) {
  const { line: after, ...rest } = step(line, event, now);
  const changed = [...after.values()].flatMap((one) => {
    const before = line.get(one.id);
    const entries = Object.entries(one).filter(
      ([name, value]) => JSON.stringify(before?.[name as keyof LineToken]) !== JSON.stringify(value),
    );
    return entries.length === 0 ? [] : [[one.id, Object.fromEntries(entries)] as const];
  });
  return { ...rest, changed: Object.fromEntries(changed) };
}

const nothing = { ended: [], replacedId: null, changed: {} };
const free = { awaitsFirstUse: false, lapsesAt: null };
const backToActive = {
  replacedById: null,
  handoverStartedAt: null,
  handoverEndsAt: null,
  overlapSeconds: null,
};

/** 1 is RETIRING until 2 is used, an hour from now at the latest. */
const old = token(1, {
  replacedById: 2,
  handoverStartedAt: at(-HOUR),
  handoverEndsAt: at(HOUR),
  overlapSeconds: 60,
});
const fresh = token(2, { replacesId: 1, awaitsFirstUse: true, lapsesAt: at(HOUR) });
const pending = lineOf(old, fresh);
/** 2 was used: 1 is good for a minute longer. */
const used = token(2, { replacesId: 1 });
const leaving = token(1, {
  replacedById: 2,
  handoverStartedAt: at(-HOUR),
  handoverEndsAt: at(HOUR),
  overlapSeconds: 60,
  successorUsedAt: at(-1000),
  overlapEndsAt: at(59_000),
});
const overlapping = lineOf(leaving, used);
const ended = { revoked: token(1, { revokedAt: at(-1) }), rotated: token(1, { rotatedAt: at(-1) }) };

const rotate = (id: number, fields: Partial<LineEvent & { kind: "rotate" }> = {}): LineEvent => ({
  kind: "rotate",
  id,
  successorId: 9,
  successorExpiresAt: null,
  handover: "ON_FIRST_USE",
  overlapMs: 60_000,
  deadlineMs: HOUR,
  ...fields,
});

describe("a step", () => {
  it.each(["use", "revoke"] as const)("%s of what is not good, or not there, is refused", (kind) => {
    for (const line of [lineOf(ended.revoked), lineOf(ended.rotated), lineOf()])
      expect(changes(line, { kind, id: 1 })).toEqual({ outcome: "refused", ...nothing });
  });

  it.each(["finish", "cancel"] as const)("%s of what is not RETIRING is a conflict", (kind) => {
    for (const line of [lineOf(token(1)), lineOf(ended.rotated), lineOf(), lineOf(old, fresh)])
      expect(changes(line, { kind, id: line.has(2) ? 2 : 1 })).toEqual({ outcome: "conflict", ...nothing });
  });

  it("cancel is a conflict once the new one was used, and so is rotating the old one", () => {
    for (const event of [{ kind: "cancel", id: 1 } as const, rotate(1)])
      expect(changes(overlapping, event)).toEqual({ outcome: "conflict", ...nothing });
  });

  it("rotating what has ended is a conflict", () => {
    for (const line of [lineOf(ended.revoked), lineOf(ended.rotated), lineOf()])
      expect(changes(line, rotate(1))).toEqual({ outcome: "conflict", ...nothing });
  });
});

describe("the first use", () => {
  it("begins the overlap of the old one", () => {
    expect(changes(pending, { kind: "use", id: 2 })).toEqual({
      ...nothing,
      outcome: "done",
      changed: { 1: { successorUsedAt: at(0), overlapEndsAt: at(60_000) }, 2: free },
    });
  });

  it("without an overlap ends the old one at that instant", () => {
    const line = lineOf({ ...old, overlapSeconds: 0 }, fresh);
    expect(changes(line, { kind: "use", id: 2 }).changed[1]).toEqual({
      successorUsedAt: at(0),
      overlapEndsAt: at(0),
      rotatedAt: at(0),
    });
  });

  it("is the only one that changes anything", () => {
    for (const id of [1, 2])
      expect(changes(overlapping, { kind: "use", id })).toEqual({ ...nothing, outcome: "done" });
    expect(changes(pending, { kind: "use", id: 1 })).toEqual({ ...nothing, outcome: "done" });
  });

  it("of a token whose predecessor has ended or gone its own way touches that one alone", () => {
    for (const other of [
      { ...old, revokedAt: at(-1) },
      { ...old, replacedById: 7 },
    ])
      expect(changes(lineOf(other, fresh), { kind: "use", id: 2 }).changed).toEqual({ 2: free });
    expect(changes(lineOf(fresh), { kind: "use", id: 2 }).changed).toEqual({ 2: free });
  });
});

describe("finish and cancel", () => {
  it("finish ends the old one now, and the new one waits no more", () => {
    const done = { ...nothing, outcome: "done" };
    expect(changes(pending, { kind: "finish", id: 1 })).toEqual({
      ...done,
      changed: { 1: { rotatedAt: at(0) }, 2: free },
    });
    expect(changes(overlapping, { kind: "finish", id: 1 })).toEqual({
      ...done,
      changed: { 1: { rotatedAt: at(0) } },
    });
    expect(changes(lineOf(old), { kind: "finish", id: 1 }).changed).toEqual({ 1: { rotatedAt: at(0) } });
  });

  it("cancel ends the new one, and the old one is as it was", () => {
    expect(changes(pending, { kind: "cancel", id: 1 })).toEqual({
      outcome: "done",
      replacedId: null,
      ended: [{ id: 2, how: "CANCELED", at: at(0) }],
      changed: { 1: backToActive, 2: { ...free, revokedAt: at(0) } },
    });
  });

  it("cancel leaves a new one alone that is not good any more, or not at hand", () => {
    for (const line of [lineOf(old, { ...fresh, expiresAt: at(0) }), lineOf(old)])
      expect(changes(line, { kind: "cancel", id: 1 })).toEqual({
        ...nothing,
        outcome: "done",
        changed: { 1: backToActive },
      });
  });
});

describe("revoking", () => {
  it("the new one gives the old one back", () => {
    expect(changes(pending, { kind: "revoke", id: 2 }).changed).toEqual({
      1: backToActive,
      2: { ...free, revokedAt: at(0) },
    });
  });

  it("the old one frees the new one of its deadline, when it still waits", () => {
    expect(changes(pending, { kind: "revoke", id: 1 }).changed).toEqual({ 1: { revokedAt: at(0) }, 2: free });
    const strange = lineOf(leaving, { ...used, lapsesAt: at(HOUR) });
    expect(changes(strange, { kind: "revoke", id: 1 }).changed).toEqual({ 1: { revokedAt: at(0) } });
  });

  it("a token of no line ends it alone", () => {
    expect(changes(lineOf(token(1)), { kind: "revoke", id: 1 }).changed).toEqual({ 1: { revokedAt: at(0) } });
  });
});

describe("what time has done is written down", () => {
  const settle = { kind: "settle" } as const;

  it("an overlap that is over, from its very instant on", () => {
    const end = 59_000;
    expect(changes(overlapping, settle, NOW + end - 1)).toEqual({ ...nothing, outcome: "done" });
    for (const later of [end, end + HOUR])
      expect(changes(overlapping, settle, NOW + later)).toEqual({
        ...nothing,
        outcome: "done",
        changed: { 1: { rotatedAt: at(end) } },
      });
  });

  it("but not of what expired during its overlap: that stays expired", () => {
    const later = NOW + HOUR;
    const during = lineOf({ ...leaving, expiresAt: at(58_999) }, used);
    expect(changes(during, settle, later).changed).toEqual({});
    for (const expiresAt of [at(59_000), at(59_001)])
      expect(changes(lineOf({ ...leaving, expiresAt }, used), settle, later).changed).toEqual({
        1: { rotatedAt: at(59_000) },
      });
  });

  it("a new one that nobody used in time: it lapses, and the old one is as it was", () => {
    expect(changes(pending, settle, NOW + HOUR - 1)).toEqual({ ...nothing, outcome: "done" });
    for (const later of [HOUR, 2 * HOUR])
      expect(changes(pending, settle, NOW + later)).toEqual({
        outcome: "done",
        replacedId: null,
        ended: [{ id: 2, how: "LAPSED", at: at(HOUR) }],
        changed: { 1: backToActive, 2: { ...free, expiresAt: at(HOUR) } },
      });
  });

  it("but where the old one had expired by then, the new one stays", () => {
    for (const expiresAt of [at(HOUR - 1), at(HOUR)]) {
      const { changed, ended: told } = changes(lineOf({ ...old, expiresAt }, fresh), settle, NOW + HOUR);
      expect({ changed, told }).toEqual({
        told: [],
        changed: { 1: { handoverStartedAt: null, handoverEndsAt: null, overlapSeconds: null }, 2: free },
      });
    }
  });

  it("nothing of what has ended, nor of a pair of which one is missing", () => {
    const late = NOW + 2 * HOUR;
    for (const end of [{ revokedAt: at(0) }, { rotatedAt: at(0) }])
      for (const one of [old, leaving])
        expect(changes(lineOf({ ...one, ...end }, used), settle, late).changed).toEqual({});
    expect(changes(lineOf(old), settle, late).changed).toEqual({});
    expect(changes(lineOf(leaving), settle, late).changed).toEqual({});
  });
});

describe("a rotation", () => {
  const replaced = (id: number) => ({ outcome: "done", replacedId: id });

  it("IMMEDIATE ends the old one, and its successor waits for nothing", () => {
    const { changed, ...rest } = changes(lineOf(token(1)), rotate(1, { handover: "IMMEDIATE" }));
    expect(rest).toEqual({ ...replaced(1), ended: [] });
    expect(changed[1]).toEqual({ replacedById: 9, rotatedAt: at(0) });
    expect(changed[9]).toMatchObject({
      id: 9,
      createdAt: at(0),
      replacesId: 1,
      ...free,
      handoverStartedAt: null,
    });
  });

  it("ON_FIRST_USE waits until the deadline, or until the new one expires", () => {
    for (const [successorExpiresAt, end] of [
      [null, at(HOUR)],
      [at(HOUR - 1), at(HOUR - 1)],
      [at(HOUR), at(HOUR)],
      [at(HOUR + 1), at(HOUR)],
    ] as const) {
      const { changed } = changes(lineOf(token(1)), rotate(1, { successorExpiresAt }));
      expect(changed[1]).toEqual({
        replacedById: 9,
        handoverStartedAt: at(0),
        handoverEndsAt: end,
        overlapSeconds: 60,
      });
      expect(changed[9]).toMatchObject({ awaitsFirstUse: true, lapsesAt: at(HOUR), replacesId: 1 });
    }
  });

  it("of a token that expires before the deadline leaves the new one without one", () => {
    for (const [ms, lapsesAt] of [
      [HOUR - 1, null],
      [HOUR, null],
      [HOUR + 1, at(HOUR)],
    ] as const) {
      const { changed } = changes(lineOf(token(1, { expiresAt: at(ms) })), rotate(1));
      expect(changed[9]).toMatchObject({ awaitsFirstUse: true, lapsesAt });
    }
  });

  it("of either of an unused pair makes another successor of the old one", () => {
    for (const id of [1, 2]) {
      const { changed, ...rest } = changes(pending, rotate(id));
      expect(rest).toEqual({ ...replaced(1), ended: [{ id: 2, how: "CANCELED", at: at(0) }] });
      expect(changed[1]).toEqual({ replacedById: 9, handoverStartedAt: at(0) });
      expect(changed[2]).toEqual({ ...free, revokedAt: at(0) });
      expect(changed[9]).toMatchObject({ replacesId: 1 });
    }
  });

  it("of a used successor ends an overlap at once, and of no other line", () => {
    expect(changes(overlapping, rotate(2)).changed[1]).toEqual({ rotatedAt: at(0) });
    const elsewhere = lineOf({ ...leaving, replacedById: 7 }, used, token(7, { replacesId: 1 }));
    expect(changes(elsewhere, rotate(2)).changed[1]).toBeUndefined();
    const over = lineOf({ ...leaving, rotatedAt: at(-1) }, used);
    expect(changes(over, rotate(2)).changed[1]).toBeUndefined();
  });

  it("is of the old one, for whoever names its unused successor", () => {
    const target = (line: Line, id: number) => rotationTarget(line, id, NOW)?.id;
    expect([target(pending, 1), target(pending, 2)]).toEqual([1, 1]);
    expect([target(overlapping, 1), target(overlapping, 2)]).toEqual([1, 2]);
    expect(target(lineOf(token(1)), 1)).toBe(1);
    expect(target(lineOf(token(1)), 3)).toBeUndefined();
    expect(target(lineOf({ ...old, revokedAt: at(-1) }, fresh), 2)).toBe(2);
    expect(target(lineOf({ ...old, replacedById: 7 }, fresh), 2)).toBe(2);
    expect(target(lineOf(old, { ...fresh, revokedAt: at(-1) }), 2)).toBe(2);
    expect(target(lineOf(fresh), 2)).toBe(2);
  });
});
