import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Page, root } from "../support/markdown";

const pages = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
].map((path) => new Page(path));

describe.each(pages.map((page) => [page.path, page] as const))("%s", (path, page) => {
  it("links to nothing that is not there", () => {
    const broken = page.links.filter((link) => {
      const [file = "", anchor] = link.split("#", 2);
      const target = file === "" ? path : join(dirname(path), file);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !new Page(target).anchors.includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("names no file that is not there", () => {
    const named = [...page.text.matchAll(/`((?:src|test|bin|bench|docs|\.ci)\/[\w./-]+)`/g)].map(
      ([, name = ""]) => name,
    );
    const missing = named.filter((name) => !existsSync(join(root, name)));
    // The example of how names go.
    expect(missing.filter((name) => !name.includes("/a/b."))).toEqual([]);
  });
});

describe("the decisions", () => {
  const numbers = readdirSync(join(root, "docs/decisions")).map((name) => name.slice(0, 3));

  it("are numbered without a gap", () => {
    expect(numbers.sort()).toEqual(numbers.map((_, index) => String(index + 1).padStart(3, "0")));
  });

  it("say their context, what was decided, and what follows", () => {
    for (const page of pages.filter(({ path }) => path.startsWith("docs/decisions"))) {
      expect([page.path, ...page.anchors.slice(1)]).toEqual([
        page.path,
        "context",
        "decision",
        "consequences",
      ]);
    }
  });
});
