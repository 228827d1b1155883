import { type Noun, numberOf, parseNodeId, toNodeId } from "../../src/domain/node-id";

const encode = (text: string): string => Buffer.from(text, "latin1").toString("base64url");

describe("the id of an object", () => {
  it("is base64url of its noun and number", () => {
    expect(toNodeId("Token", 42)).toBe("VG9rZW46NDI");
    // Standard base64 would end in a sign of equality, which means something in URLs.
    expect(toNodeId("Build", 1)).toBe("QnVpbGQ6MQ");
  });

  it.each<[Noun, number]>([
    ["Account", 1],
    ["Organization", 10],
    ["Repository", 999_999_999_999_999],
    ["AuditEvent", 100],
  ])("of %s %d is read back", (noun, id) => {
    expect(parseNodeId(toNodeId(noun, id))).toEqual({ noun, id });
  });

  it("may name what nobody has: that is for whoever looks it up", () => {
    expect(parseNodeId(encode(`${"N".repeat(20)}:7`))).toEqual({ noun: "N".repeat(20), id: 7 });
  });

  it.each([
    ["nothing", ""],
    ["no base64", "Token:42"],
    ["padding", Buffer.from("Token:42").toString("base64")],
    ["bits that stand for nothing", "VG9rZW46NDJ"],
    ["white space", " VG9rZW46NDI"],
    ["no number", encode("Token:")],
    ["no noun", encode(":42")],
    ["no colon", encode("Token42")],
    ["a number from 0", encode("Token:0")],
    ["leading zeros", encode("Token:042")],
    ["a sign", encode("Token:-4")],
    ["a fraction", encode("Token:4.2")],
    ["digits that are letters", encode("Token:4x")],
    ["a number beyond those that are exact", encode("Token:1000000000000000")],
    ["a noun with a digit", encode("T0ken:42")],
    ["a noun that is too long", encode(`${"N".repeat(21)}:7`)],
    ["something in front", encode("!Token:42")],
    ["something behind", encode("Token:42!")],
    ["a line behind", encode("Token:42\n")],
    ["a megabyte", "A".repeat(1_000_000)],
  ])("is none when it has %s", (_what, text) => {
    expect(parseNodeId(text)).toBeNull();
  });
});

describe("the number behind an id", () => {
  it("is that of its own noun, and 0, which nothing has, for every other id", () => {
    expect(numberOf("Token", toNodeId("Token", 42))).toBe(42);
    expect(numberOf("Token", toNodeId("Build", 42))).toBe(0);
    expect(numberOf("Token", "nonsense")).toBe(0);
  });
});
