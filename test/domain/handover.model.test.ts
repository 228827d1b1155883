import { type LineEvent, type LineToken, rotationTarget, step } from "../../src/domain/handover";
import { endOf, isLive, stateOf, successorIdOf, type TokenState } from "../../src/domain/token";
import { neverRotated } from "../support/life";

// A world in which every instant that matters can come before or after every other one.
// Shallower for each of a thousand mutants (`npm run test:mutation`).
const DEPTH = process.env.STRYKER_MUTATOR_WORKER === undefined ? 8 : 5;
const START = 1_000_000;
const DEADLINE_MS = 100_000;
const OVERLAPS_MS = [0, 30_000];
const LIFETIMES_MS = [null, 60_000];

/** One of the two that use the line. */
interface Client {
  /** Secrets that reached it, by the token's id. */
  readonly received: ReadonlySet<number>;
  /** Those of them that it did not throw away yet: each is kept until a use of a later one has succeeded. */
  readonly kept: ReadonlySet<number>;
}

interface World {
  readonly line: ReadonlyMap<number, LineToken>;
  readonly now: number;
  readonly clients: readonly Client[];
  /** Tokens that anyone has used. */
  readonly used: ReadonlySet<number>;
  /** Since when a token must be refused, because its successor was used: kept apart from what the line says. */
  readonly refusedFrom: ReadonlyMap<number, number>;
  /** Which token each was made to replace, and how long that is good after the first use. */
  readonly made: ReadonlyMap<number, { readonly old: number; readonly overlapMs: number }>;
  /** A token was revoked, rotated at once, finished, or has expired: then nothing is promised to those who hold it. */
  readonly broken: boolean;
}

const newToken = (id: number, lifetimeMs: number | null): LineToken => ({
  id,
  createdAt: new Date(START),
  expiresAt: lifetimeMs === null ? null : new Date(START + lifetimeMs),
  revokedAt: null,
  ...neverRotated,
});

function newWorld(lifetimeMs: number | null): World {
  const client = { received: new Set([1]), kept: new Set([1]) };
  return {
    line: new Map([[1, newToken(1, lifetimeMs)]]),
    now: START,
    clients: [client, client],
    used: new Set([1]),
    refusedFrom: new Map(),
    made: new Map(),
    broken: false,
  };
}

const stateIn = ({ line, now }: World, id: number): TokenState => stateOf(line.get(id)!, now);
const isGood = (world: World, id: number): boolean => isLive(stateIn(world, id));
const goodOnes = (world: World): number[] => [...world.line.keys()].filter((id) => isGood(world, id));

function must(truth: boolean, what: string): void {
  if (!truth) throw new Error(what);
}

/** What holds in every world. */
function checkWorld(world: World): void {
  const good = goodOnes(world);
  must(good.length <= 2, "more than two are good");
  for (const [id, from] of world.refusedFrom)
    must(world.now < from || !good.includes(id), "good after its overlap");
  for (const { received, kept } of world.clients) {
    const promised = !world.broken && [...world.used].every((id) => received.has(id));
    must(
      !promised || good.some((id) => kept.has(id)),
      "a client that did everything right holds no good secret",
    );
  }
  checkSettled(world);
  checkKeptInAFile(world);
}

/** What is told of a token does not turn on whether time's work was written down already. */
function checkSettled({ line, now }: World): void {
  const settled = step(line, { kind: "settle" }, now).line;
  for (const [id, token] of line) {
    const other = settled.get(id)!;
    must(stateOf(token, now) === stateOf(other, now), "housekeeping changes a state");
    must(endOf(token, now)?.getTime() === endOf(other, now)?.getTime(), "housekeeping changes an expiry");
    must(
      successorIdOf(token, now) === successorIdOf(other, now),
      "housekeeping changes who replaces a token",
    );
  }
  const again = step(settled, { kind: "settle" }, now);
  must(again.ended.length === 0, "housekeeping finds a second end of one token");
}

/** A crash leaves what was written, and only that. */
function checkKeptInAFile({ line, now }: World): void {
  for (const token of line.values()) {
    const written = JSON.parse(JSON.stringify(token), (_key, value: unknown) =>
      typeof value === "string" ? new Date(value) : value,
    ) as LineToken;
    must(stateOf(written, now) === stateOf(token, now), "a restart changes a state");
  }
}

/** What holds of every step: nothing refused becomes good again, and an ended state never changes. */
function checkStep(before: World, after: World): void {
  for (const id of before.line.keys()) {
    const state = stateIn(before, id);
    must(isLive(state) || stateIn(after, id) === state, `${state} became ${stateIn(after, id)}`);
  }
}

function isSame(one: LineToken, other: LineToken): boolean {
  const fields = Object.keys(one) as (keyof LineToken)[];
  return one === other || fields.every((field) => one[field] === other[field]);
}

/** A step of the real function, and what the world knows of it besides. */
function apply(world: World, event: LineEvent): { outcome: string; world: World } {
  const { line, outcome, ended } = step(world.line, event, world.now);
  const after = { ...world, line };
  for (const { id, how } of ended) {
    must(stateIn(after, id) === (how === "LAPSED" ? "EXPIRED" : "REVOKED"), `${how} and not ended`);
    must(!world.used.has(id), `${how} and was used`);
    const { old } = world.made.get(id)!;
    must(line.get(old)!.replacedById !== id, `${how} and still replaces`);
  }
  if (outcome === "done") return { outcome, world: after };
  const settled = step(world.line, { kind: "settle" }, world.now).line;
  must(settled.size === line.size, `${outcome} and made something`);
  for (const [id, token] of line) must(isSame(token, settled.get(id)!), `${outcome} and changed something`);
  return { outcome, world };
}

/** The secret of a new token reaches the clients that `reached` names; none: the answer was lost. */
function hand(world: World, id: number, reached: readonly boolean[]): World {
  const clients = world.clients.map((client, index) =>
    reached[index] === true
      ? { received: new Set(client.received).add(id), kept: new Set(client.kept).add(id) }
      : client,
  );
  return { ...world, clients };
}

const deliveries = [[false, false] as const, [true, false] as const, [false, true] as const, [true, true]];
const undelivered = deliveries.slice(0, 1);

function* rotations(world: World, id: number): Generator<World> {
  const target = rotationTarget(world.line, id, world.now)!;
  const successorId = world.line.size + 1;
  for (const handover of ["IMMEDIATE", "ON_FIRST_USE"] as const) {
    for (const overlapMs of handover === "IMMEDIATE" ? [0] : OVERLAPS_MS) {
      for (const lifetimeMs of LIFETIMES_MS) {
        const { outcome, world: after } = apply(world, {
          kind: "rotate",
          id,
          successorId,
          successorExpiresAt: lifetimeMs === null ? null : new Date(world.now + lifetimeMs),
          handover,
          overlapMs,
          deadlineMs: DEADLINE_MS,
        });
        must(outcome === "done" || stateIn(world, id) !== "ACTIVE", "an active token is not rotated");
        if (outcome !== "done") return;
        must(isGood(world, id) && isGood(after, successorId), "rotated, and no good successor");
        const states = [stateIn(after, target.id), stateIn(after, successorId)];
        must(
          states.join() === (handover === "IMMEDIATE" ? "ROTATED,ACTIVE" : "RETIRING,ACTIVE"),
          states.join(),
        );
        const made = new Map(world.made).set(successorId, { old: target.id, overlapMs });
        const broken = world.broken || handover === "IMMEDIATE";
        // Where nothing is promised any more it does not matter who holds what.
        for (const reached of broken ? undelivered : deliveries)
          yield hand({ ...after, made, broken }, successorId, reached);
      }
    }
  }
}

/** A request with the token, or a verification of it that counts: to the line they are one. The answer may be lost. */
function* uses(world: World, id: number): Generator<World> {
  const { outcome, world: after } = apply(world, { kind: "use", id });
  must((outcome === "done") === isGood(world, id), "a use is taken exactly of a good token");
  if (outcome !== "done") return;
  const made = world.made.get(id);
  const first = !world.used.has(id) && made !== undefined;
  const refusedFrom = first
    ? new Map(world.refusedFrom).set(made.old, world.now + made.overlapMs)
    : world.refusedFrom;
  const noticed = { ...after, refusedFrom, used: new Set(world.used).add(id) };
  yield noticed;
  if (world.broken) return;
  for (const [index, { kept }] of world.clients.entries()) {
    if (!kept.has(id)) continue;
    const clients = world.clients.map((client, at) =>
      at === index ? { ...client, kept: new Set([...kept].filter((one) => one >= id)) } : client,
    );
    yield { ...noticed, clients };
  }
}

/** Once the old one has ended, its successor has no deadline any more. */
function checkStays({ line, now }: World, successor: number | null): void {
  const token = successor === null ? undefined : line.get(successor);
  if (token === undefined || token.expiresAt !== null || token.revokedAt !== null) return;
  must(isLive(stateOf(token, now + DEADLINE_MS)), "the old one ended and the new one still lapses");
}

function* endings(world: World, id: number): Generator<World> {
  const state = stateIn(world, id);
  const successor = successorIdOf(world.line.get(id)!, world.now);
  const revoked = apply(world, { kind: "revoke", id });
  must((revoked.outcome === "done") === isLive(state), "revoking works exactly on a good token");
  if (revoked.outcome === "done") {
    must(stateIn(revoked.world, id) === "REVOKED", "revoked and not REVOKED");
    checkStays(revoked.world, state === "RETIRING" ? successor : null);
    yield { ...revoked.world, broken: true };
  }
  const finished = apply(world, { kind: "finish", id });
  must((finished.outcome === "done") === (state === "RETIRING"), "finishing works exactly while RETIRING");
  if (finished.outcome === "done") {
    must(stateIn(finished.world, id) === "ROTATED", "finished and not ROTATED");
    checkStays(finished.world, successor);
    yield { ...finished.world, broken: true };
  }
  const canceled = apply(world, { kind: "cancel", id });
  const unused = state === "RETIRING" && successor !== null && !world.used.has(successor);
  must((canceled.outcome === "done") === unused, "canceling works exactly before the first use");
  if (canceled.outcome === "done") {
    must(stateIn(canceled.world, id) === "ACTIVE", "canceled and the old one is not ACTIVE");
    must(stateIn(canceled.world, successor!) === "REVOKED", "canceled and the new one is not REVOKED");
    must(canceled.world.line.get(successor!)!.replacesId === id, "the canceled one forgot what it replaces");
    yield canceled.world;
  }
}

/** To just before, and to, the next instant at which something ends. */
function* waits(world: World): Generator<World> {
  const instants = [...world.line.values()]
    .flatMap(({ expiresAt, handoverEndsAt, overlapEndsAt, lapsesAt }) => [
      expiresAt,
      handoverEndsAt,
      overlapEndsAt,
      lapsesAt,
    ])
    .flatMap((at) => (at !== null && at.getTime() > world.now ? [at.getTime()] : []));
  if (instants.length === 0) return;
  const next = Math.min(...instants);
  for (const now of [next - 1, next]) {
    if (now === world.now) continue;
    const later = { ...world, now };
    // A used token, or the first one of the line, came to its own end: that is nobody's handover.
    const expired = [...world.line.keys()].some(
      (id) => isGood(world, id) && stateIn(later, id) === "EXPIRED" && world.used.has(id),
    );
    yield { ...later, broken: world.broken || expired };
  }
}

function* successors(world: World): Generator<World> {
  for (const id of world.line.keys()) {
    yield* rotations(world, id);
    yield* uses(world, id);
    yield* endings(world, id);
  }
  yield* waits(world);
  yield apply(world, { kind: "settle" }).world;
}

/**
 * The same text for worlds that go on alike: instants relative to now, ended tokens without a say left out, the two
 * clients in no order.
 */
function keyOf(world: World): string {
  const { line, now } = world;
  const hasSay = ({ id, revokedAt, rotatedAt, handoverStartedAt }: LineToken): boolean =>
    isGood(world, id) || (revokedAt === null && rotatedAt === null && handoverStartedAt !== null);
  const tokens = [...line.values()].filter(hasSay);
  const past = tokens
    .flatMap((token) => Object.values(token) as unknown[])
    .flatMap((value) => (value instanceof Date && value.getTime() <= now ? [value.getTime()] : []));
  const order = [...new Set(past)].sort((a, b) => a - b);
  const when = (at: Date | number | null | undefined): string | number => {
    if (at === null || at === undefined) return "-";
    const ms = Number(at);
    return ms > now ? ms - now : `p${order.indexOf(ms)}`;
  };
  const place = (id: number | null): string | number => {
    if (id === null) return "-";
    const index = tokens.findIndex((token) => token.id === id);
    return index === -1 ? "gone" : index;
  };
  const lives = tokens.map((token) => [
    stateOf(token, now),
    when(token.expiresAt),
    when(token.handoverStartedAt) !== "-",
    when(token.handoverEndsAt),
    token.overlapSeconds,
    when(token.successorUsedAt) !== "-",
    when(token.overlapEndsAt),
    token.awaitsFirstUse,
    when(token.lapsesAt),
    place(token.replacesId),
    place(token.replacedById),
    world.used.has(token.id),
    when(world.refusedFrom.get(token.id)),
  ]);
  const clients = world.clients.map(({ received, kept }) =>
    JSON.stringify([
      [...world.used].every((id) => received.has(id)),
      tokens.map(({ id }) => [received.has(id), kept.has(id)]),
    ]),
  );
  return JSON.stringify([lives, world.broken ? [] : clients.sort(), world.broken]);
}

/** Walks every world up to the depth, equal ones once; gives how many there are. */
function walk(first: World): { worlds: number; steps: number } {
  const seen = new Set([keyOf(first)]);
  let frontier = [first];
  let steps = 0;
  checkWorld(first);
  for (let depth = 0; depth < DEPTH; depth += 1) {
    const next: World[] = [];
    for (const world of frontier) {
      for (const after of successors(world)) {
        steps += 1;
        checkStep(world, after);
        const key = keyOf(after);
        if (seen.has(key)) continue;
        seen.add(key);
        checkWorld(after);
        next.push(after);
      }
    }
    frontier = next;
  }
  return { worlds: seen.size, steps };
}

describe("every interleaving of two clients on a line of tokens", () => {
  it.each([
    ["never expires", null],
    ["expires before its successor's deadline", 70_000],
    ["expires after its successor's deadline", 150_000],
  ])(
    `keeps every promise, to depth ${DEPTH}, for a token that %s`,
    (_, lifetimeMs) => {
      const { worlds, steps } = walk(newWorld(lifetimeMs));
      process.stdout.write(`handover model: ${worlds} states, ${steps} steps\n`);
      expect(worlds).toBeGreaterThan(1000);
    },
    120_000,
  );
});
