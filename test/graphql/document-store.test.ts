import { parse } from "graphql";
import { DocumentStore } from "../../src/graphql/document-store";

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
});
