import { readFileSync } from "node:fs";
import { join } from "node:path";
import { printedSchema } from "../../src/graphql/emit-schema";

describe("schema.graphql", () => {
  it("is what the classes say: if not, run `npm run schema`", () => {
    expect(readFileSync(join(__dirname, "../../schema.graphql"), "utf8")).toBe(printedSchema());
  });

  it("is printed the same each time", () => {
    expect(printedSchema()).toBe(printedSchema());
  });
});
