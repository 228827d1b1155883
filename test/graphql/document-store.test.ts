import { parse } from "graphql";
import { DocumentStore } from "../../src/graphql/document-store";
import { mintSecret } from "../../src/secrets/mint";

const document = (fields: number) => parse(`{ ${"a ".repeat(fields)} }`);

describe("the store of parsed documents", () => {
  it("gives back what it was given, and nothing else", async () => {
    const store = new DocumentStore(1_000_000);
    const [one, other] = [document(1), document(2)];
    await store.set("one", one);
    await store.set("other", other);
    expect([await store.get("one"), await store.get("other"), await store.get("third")]).toEqual([
      one,
      other,
      undefined,
    ]);
    await store.delete("one");
    expect(await store.get("one")).toBeUndefined();
  });

  it("is bounded by the size of the documents: those that were not asked for longest go first", async () => {
    const store = new DocumentStore(10_000);
    for (const name of ["a", "b", "c"]) await store.set(name, document(5));
    await store.get("a");
    await store.set("d", document(5));
    expect([await store.get("a"), await store.get("b")]).toEqual([expect.anything(), undefined]);
    await store.set("large", document(20));
    expect([await store.get("c"), await store.get("large")]).toEqual([undefined, expect.anything()]);
  });

  it("keeps nothing that is larger than itself, and has room again afterwards", async () => {
    const store = new DocumentStore(10_000);
    await store.set("huge", document(1000));
    await store.set("small", document(5));
    expect([await store.get("huge"), await store.get("small")]).toEqual([undefined, expect.anything()]);
  });

  it("counts a document once that is stored again, and comments as what they take", async () => {
    const store = new DocumentStore(10_000);
    for (let round = 0; round < 100; round += 1) await store.set("same", document(10));
    await store.set("other", document(5));
    expect([await store.get("same"), await store.get("other")]).not.toContain(undefined);
    await store.set("comment", parse(`{ a } # ${"x".repeat(5000)}`));
    expect(await store.get("comment")).toBeUndefined();
  });

  it("finds a document by its text, to the letter, for as long as it is kept", async () => {
    const store = new DocumentStore(10_000);
    const one = document(1);
    await store.set("hash", one);
    expect([store.find("{ a  }"), store.find("{ a }"), store.find("hash")]).toEqual([
      one,
      undefined,
      undefined,
    ]);
    await store.set("hash", document(2));
    expect(store.find("{ a  }")).toBeUndefined();
    await store.delete("hash");
    expect(store.find("{ a a  }")).toBeUndefined();
    for (const name of ["b", "c", "d", "e"]) await store.set(name, parse(`{ ${`${name} `.repeat(5)} }`));
    expect([store.find("{ b b b b b  }"), store.find("{ e e e e e  }")]).toEqual([
      undefined,
      expect.anything(),
    ]);
  });

  it("keeps no document that a secret is written into", async () => {
    const store = new DocumentStore(1_000_000);
    const text = `{ a(secret: "${mintSecret("REPOSITORY")}") }`;
    await store.set("hash", parse(text));
    expect([await store.get("hash"), store.find(text)]).toEqual([undefined, undefined]);
  });
});
