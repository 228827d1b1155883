import { parseInstant } from "../../src/domain/instant";
import { DateTime } from "../../src/graphql/date-time";
import { TestApp } from "../support/kit";

const good: readonly [text: string, instant: string][] = [
  ["2026-11-22T04:39:27Z", "2026-11-22T04:39:27.000Z"],
  ["2026-11-22T04:39:27.000Z", "2026-11-22T04:39:27.000Z"],
  ["2026-11-22T04:39:27.5Z", "2026-11-22T04:39:27.500Z"],
  ["2026-11-22T04:39:27.123456789Z", "2026-11-22T04:39:27.123Z"],
  ["2026-11-22T04:39:27.9999Z", "2026-11-22T04:39:27.999Z"],
  ["2026-11-22t04:39:27z", "2026-11-22T04:39:27.000Z"],
  ["2026-11-22T04:39:27+00:00", "2026-11-22T04:39:27.000Z"],
  ["2026-11-22T04:39:27-00:00", "2026-11-22T04:39:27.000Z"],
  ["2026-11-22T04:39:27+05:45", "2026-11-21T22:54:27.000Z"],
  ["2026-11-22T04:39:27-12:00", "2026-11-22T16:39:27.000Z"],
  ["2026-11-22T04:39:27.25+23:59", "2026-11-21T04:40:27.250Z"],
  ["2026-12-31T23:59:59-00:01", "2027-01-01T00:00:59.000Z"],
  ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
  ["2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
  ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
];

const bad: readonly string[] = [
  ...[
    "",
    " ",
    "now",
    "tomorrow",
    "null",
    "0",
    "1795322367",
    "1795322367000",
    "2026",
    "2026-11",
    "2026-11-22",
  ],
  ...[
    "2026-11-22T04:39Z",
    "2026-11-22T04:39:27",
    "2026-11-22 04:39:27Z",
    "2026-11-22T04:39:27 Z",
    "2026-W47-7T00:00:00Z",
  ],
  ...[
    "2026-11-22T04:39:27.Z",
    "2026-11-22T04:39:27,5Z",
    "2026-11-22T04:39:27.1234567890Z",
    "20261122T043927Z",
  ],
  ...[
    "2026-11-22T04:39:27+0100",
    "2026-11-22T04:39:27+01",
    "2026-11-22T04:39:27+24:00",
    "2026-11-22T04:39:27+01:60",
  ],
  ...[
    "2026-11-22T04:39:27Z ",
    " 2026-11-22T04:39:27Z",
    "2026-11-22T04:39:27Z\n",
    "2026-11-22T04:39:27ZZ",
    "2026-11-22T04:39:27Z+01:00",
  ],
  // Days, months and times that do not exist.
  ...[
    "2026-00-10T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-32T00:00:00Z",
    "2026-04-31T00:00:00Z",
  ],
  ...[
    "2026-02-29T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2026-11-31T00:00:00+01:00",
  ],
  ...["2026-11-22T24:00:00Z", "2026-11-22T25:00:00Z", "2026-11-22T04:60:00Z", "2026-11-22T04:39:61Z"],
  // What no four digits can write.
  ...[
    "+002026-11-22T04:39:27Z",
    "-000001-01-01T00:00:00Z",
    "10000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999-00:01",
  ],
  ...[
    "0000-01-01T00:00:00+00:01",
    "२०२६-11-22T04:39:27Z",
    "2026-11-22T04:39:27\u00a0Z",
    "2026\u201111-22T04:39:27Z",
  ],
];

describe("DateTime", () => {
  it.each(good)("reads %s as %s", (text, instant) => {
    expect(parseInstant(text)?.toISOString()).toBe(instant);
  });

  it.each(bad)("does not read %j", (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it.each([null, undefined, 0, 1795322367000, true, {}, [], ["2026-11-22T04:39:27Z"], new Date()])(
    "does not read what is no string: %j",
    (value) => {
      expect(() => DateTime.parseValue(value)).toThrow(/^must be an RFC 3339 date and time, such as \S+$/);
    },
  );

  it("writes UTC with milliseconds", () => {
    expect(DateTime.serialize(new Date(Date.UTC(2026, 10, 22, 4, 39, 27)))).toBe("2026-11-22T04:39:27.000Z");
  });
});

describe("a DateTime over the wire", () => {
  let test: TestApp;
  beforeAll(async () => (test = await TestApp.start()));
  afterAll(() => test.close());

  const create = (expiresAt: string): string =>
    `mutation { createAccountToken(input: { label: "x", expiresAt: ${expiresAt} }) { token { createdAt expiresAt } } }`;
  const variable =
    'mutation($at: DateTime) { createAccountToken(input: { label: "x", expiresAt: $at }) { token { createdAt expiresAt } } }';
  interface Created {
    createAccountToken: { token: { createdAt: string; expiresAt: string } };
  }

  it("comes with any offset and goes in UTC with milliseconds, in the document and in variables", async () => {
    for (const [text, instant] of [
      ["2126-11-22T04:39:27+05:45", "2126-11-21T22:54:27.000Z"],
      ["2126-11-22t04:39:27.5z", "2126-11-22T04:39:27.500Z"],
      ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
    ] as const) {
      for (const made of [
        await test.admin.must<Created>(create(JSON.stringify(text))),
        await test.admin.must<Created>(variable, { at: text }),
      ]) {
        const { createdAt, expiresAt } = made.createAccountToken.token;
        expect(expiresAt).toBe(instant);
        expect(createdAt).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
      }
    }
  });

  it("that is none is refused, and told what is one", async () => {
    for (const text of ["2026-02-30T00:00:00Z", "soon"]) {
      const inline = await test.admin.send(create(JSON.stringify(text)));
      expect([inline.status, inline.errors[0]?.extensions.code]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
      const given = await test.admin.send(variable, { at: text });
      expect([given.status, given.errors[0]?.extensions]).toEqual([
        400,
        { code: "BAD_USER_INPUT", field: "at" },
      ]);
      for (const { text: body } of [inline, given]) {
        expect(body).toContain("an RFC 3339 date and time, such as 2026-11-22T04:39:27.000Z");
        expect(body).not.toContain(text);
      }
    }
    for (const literal of ["1795322367", "1.5", "true", "SOON", "[]", "{}"]) {
      expect(await test.admin.code(create(literal))).toBe("GRAPHQL_VALIDATION_FAILED");
    }
    for (const value of [1795322367000, 1.5, true, [], {}]) {
      expect(await test.admin.code(variable, { at: value })).toBe("BAD_USER_INPUT");
    }
  });

  it("in the past is no expiry, nor is this very instant", async () => {
    for (const at of [test.in(-1), test.in(0), "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z"]) {
      const { errors, status } = await test.admin.send(variable, { at });
      expect([status, errors[0]?.message]).toEqual([200, "expiresAt: must be later than now"]);
      expect(errors[0]?.extensions).toEqual({ code: "BAD_USER_INPUT", field: "expiresAt" });
    }
  });
});
