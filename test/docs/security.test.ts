import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Page, root } from "../support/markdown";

const page = new Page("docs/security.md");
const promises = page.table("What is promised, and what holds it").map(([promise = "", held = ""]) => ({
  promise,
  files: [...held.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file),
}));

describe("the promises of docs/security.md", () => {
  it.each(promises.map(({ promise, files }) => [promise, files] as const))(
    "are held by tests or figures that exist: %s",
    (_promise, files) => {
      expect(files).not.toEqual([]);
      expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
      expect(files.filter((file) => !/^(test\/.*\.test\.ts|bench\/figures\/.*\.js)$/.test(file))).toEqual([]);
    },
  );

  it("name every test of the access table", () => {
    const named = promises.flatMap(({ files }) => files);
    const tests = readdirSync(join(root, "test/access")).filter((name) => name.endsWith(".test.ts"));
    expect(tests.filter((name) => !named.includes(`test/access/${name}`))).toEqual([]);
  });
});
