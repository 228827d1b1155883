import { RateLimits, type RateSubject } from "../../src/services/rate-limits";

const token = (id: number): RateSubject => ({ kind: "token", id });
const at = (address: string): RateSubject => ({ kind: "address", address });

/** Whether that many guesses more are taken. */
const takes = async (limits: RateLimits, subject: RateSubject, guesses = 1): Promise<boolean> =>
  limits.count(subject, guesses).then(
    () => true,
    () => false,
  );

describe("a window", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it("is a minute from the first guess: then all are left again", async () => {
    const limits = new RateLimits(3, 0);
    expect(await takes(limits, token(1), 3)).toBe(true);
    jest.advanceTimersByTime(59_000);
    expect(await takes(limits, token(1))).toBe(false);
    expect(await limits.stateOf(token(1))).toEqual({ limit: 3, remaining: 0, resetSeconds: 1 });
    await expect(limits.check(token(1))).rejects.toMatchObject({
      code: "RATE_LIMITED",
      details: { retryAfterSeconds: 1 },
    });
    jest.advanceTimersByTime(1_000);
    expect(await limits.stateOf(token(1))).toEqual({ limit: 3, remaining: 3, resetSeconds: 60 });
    expect(await takes(limits, token(1), 3)).toBe(true);
  });

  it("is not made longer by guesses that are refused", async () => {
    const limits = new RateLimits(0, 1);
    for (let second = 0; second < 60; second += 1) {
      expect(await takes(limits, at("192.0.2.1"))).toBe(second === 0);
      jest.advanceTimersByTime(1_000);
    }
    expect(await takes(limits, at("192.0.2.1"))).toBe(true);
  });
});

describe("guesses", () => {
  it("are taken up to the limit, and refused together when they are more than is left", async () => {
    const limits = new RateLimits(10, 0);
    expect(await takes(limits, token(1), 9)).toBe(true);
    expect(await takes(limits, token(1), 2)).toBe(false);
    expect(await takes(limits, token(2), 10)).toBe(true);
    expect(await takes(limits, token(3), 11)).toBe(false);
  });

  it("are counted for a token and an address apart, also of the same name", async () => {
    const limits = new RateLimits(1, 1);
    expect(await takes(limits, token(1))).toBe(true);
    expect(await takes(limits, at("1"))).toBe(true);
    expect(await takes(limits, token(1))).toBe(false);
    expect(await takes(limits, token(11))).toBe(true);
  });

  it("without a limit are not counted", async () => {
    const limits = new RateLimits(0, 0);
    for (const subject of [token(1), at("192.0.2.1")]) {
      expect(await takes(limits, subject, 1_000_000_000)).toBe(true);
      await expect(limits.check(subject)).resolves.toBeUndefined();
      expect(await limits.stateOf(subject)).toBeNull();
    }
  });

  it("of none are none", async () => {
    const limits = new RateLimits(1, 1);
    expect(await takes(limits, token(1), 0)).toBe(true);
    expect(await limits.stateOf(token(1))).toMatchObject({ remaining: 1 });
  });
});

describe("an address", () => {
  /** Whether guesses from one leave none for the other. */
  async function same(one: string, other: string): Promise<boolean> {
    const limits = new RateLimits(0, 1);
    await limits.count(at(one), 1);
    return !(await takes(limits, at(other)));
  }

  it.each([
    ["2001:db8:1:2::1", "2001:db8:1:2::2"],
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"],
    ["2001:db8:1:2::1", "2001:0DB8:0001:0002:0:0:0:1"],
    ["2001:db8::1", "2001:db8:0:0:1::"],
    ["::1", "0:0:0:0:0:0:0:1"],
    ["fe80::1%eth0", "fe80::2%eth0"],
    ["::ffff:192.0.2.1", "::FFFF:192.0.2.1"],
    ["::ffff:192.0.2.1", "0:0:0:0:0:ffff:c000:0201"],
    ["192.0.2.1", "::ffff:192.0.2.1"],
  ])("is one host's, which in IPv6 is a whole /64: %s and %s", async (one, other) => {
    expect([await same(one, other), await same(other, one)]).toEqual([true, true]);
  });

  it.each([
    ["192.0.2.1", "192.0.2.2"],
    ["2001:db8:1:2::1", "2001:db8:1:3::1"],
    ["2001:db8:1::1", "2001:db8:1:1::1"],
    ["::ffff:192.0.2.1", "::ffff:192.0.2.2"],
    ["::FFFF:192.0.2.1", "::FFFF:192.0.2.2"],
    ["0:0:0:0:0:ffff:c000:201", "0:0:0:0:0:ffff:c000:202"],
    ["2001::1:2:3:4:5:6", "2001::1:3:3:4:5:6"],
    ["::1", "::ffff:127.0.0.1"],
  ])("is not another's: %s and %s", async (one, other) => {
    expect(await same(one, other)).toBe(false);
  });
});
