import { loginBound } from "../../src/domain/account";
import {
  nameBound,
  nameOf,
  organizationOf,
  organizationSlugBound,
  repositorySlugBound,
} from "../../src/domain/organization";
import { bounds, foldCase, type TextBound } from "../../src/domain/text";

const x = (length: number): string => "x".repeat(length);

/** What each bound keeps as it is, and what it refuses. */
const walls: Readonly<Record<string, { bound: TextBound; keeps: string[]; refuses: string[] }>> = {
  login: {
    bound: loginBound,
    keeps: ["a", "Z9", "a-b", "a-b-c", "0", x(39)],
    refuses: ["", x(40), "-a", "a-", "a--b", "a b", "a_b", "a.b", "é", "👍", "a\n", " a", "a\0"],
  },
  name: {
    bound: nameBound,
    keeps: ["a", "A-Z.a_z", "...", "-", ".github", "_", x(100)],
    refuses: ["", ".", "..", x(101), "a/b", "a b", "é", "👍", "a\n", "a%", " a"],
  },
  "organization slug": {
    bound: organizationSlugBound,
    keeps: ["gh/codacy", "ghe/a", "gl/a", "gle/a", "bb/a", "bbe/A.b_c-d", `gh/${x(100)}`],
    refuses: [
      "",
      "gh",
      "gh/",
      "/codacy",
      "codacy",
      "svn/a",
      "GH/a",
      "gh/..",
      "gh/a/b",
      `gh/${x(101)}`,
      "gh/a ",
      x(10_000),
    ],
  },
  "repository slug": {
    bound: repositorySlugBound,
    keeps: ["gh/codacy/docs", "bbe/a/b", `gh/${x(100)}/${x(100)}`, "gh/a/.github"],
    refuses: [
      "",
      "gh/a",
      "gh/a/",
      "gh//b",
      "gh/a/b/c",
      "gh/a/.",
      "gh/../b",
      "xx/a/b",
      "gh/a/b\n",
      `gh/a/${x(101)}`,
    ],
  },
  label: {
    bound: bounds.label,
    keeps: ["a", "CI, deploy é 👍", x(100), "👍".repeat(100), "a  b"],
    refuses: [
      "",
      " ",
      "\t\n",
      x(101),
      "👍".repeat(101),
      "a\0b",
      "a\nb",
      "a\u0085b",
      "a\u2028b",
      "a\u2029b",
      "\ud800",
      "a\udc00",
      " ".repeat(10_000),
      x(1_000_000),
    ],
  },
  "account name": {
    bound: bounds.accountName,
    keeps: ["a", "Ada Lovelace", x(100)],
    refuses: ["", x(101), "a\tb"],
  },
  description: {
    bound: bounds.description,
    keeps: ["", "a", x(1000), "é".repeat(1000)],
    refuses: [x(1001), "a\nb", "a\x7fb"],
  },
  branch: {
    bound: bounds.branch,
    keeps: ["main", "feature/x", x(255)],
    refuses: ["", " ", x(256), "a\0"],
  },
  reason: {
    bound: bounds.reason,
    keeps: ["", "left the team", x(200)],
    refuses: [x(201), "a\nb"],
  },
  search: {
    bound: bounds.search,
    keeps: ["", "abc", x(200)],
    refuses: [x(201), "a\0"],
  },
  commit: {
    bound: bounds.commit,
    keeps: ["0123456", "abcdefABCDEF0123456789", "a".repeat(64)],
    refuses: ["", "012345", "a".repeat(65), "g123456", "0123456 ", "0123456\n"],
  },
  url: {
    bound: bounds.url,
    keeps: ["http://a", "https://example.com/x?y#z", "HTTPS://EXAMPLE.COM", `https://a/${x(1990)}`],
    refuses: [
      "",
      "a",
      "//a",
      "ftp://a",
      "javascript:alert(1)",
      "javascript:alert(1)//http://a",
      "data:,a",
      "https://",
      "https://a/\n",
      `https://a/${x(1991)}`,
    ],
  },
};

describe("the bounds of texts", () => {
  const rows = Object.entries(walls);

  it.each(rows)("%s: keeps what is within", (_name, { bound, keeps }) => {
    expect(keeps.map((text) => bound.accept(text))).toEqual(keeps);
  });

  it.each(rows)("%s: refuses what is beyond", (_name, { bound, refuses }) => {
    expect(refuses.filter((text) => bound.accept(text) !== null)).toEqual([]);
  });

  it("stand in the table one by one", () => {
    const tabled = rows.map(([, { bound }]) => bound);
    expect(Object.values(bounds).filter((bound) => !tabled.includes(bound))).toEqual([]);
  });

  it.each(["label", "accountName", "description", "branch", "reason"] as const)(
    "trim a %s and keep what is inside of it",
    (name) => {
      expect(bounds[name].accept("  a  b\t\n")).toBe("a  b");
    },
  );

  it("let what is trimmed away stand beside the longest label", () => {
    expect(bounds.label.accept(`  ${x(100)}  `)).toBe(x(100));
  });

  it("do not look at what is far longer than what is allowed, whatever trimming would leave of it", () => {
    expect(bounds.label.accept(`x${" ".repeat(463)}`)).toBe("x");
    expect(bounds.label.accept(`x${" ".repeat(464)}`)).toBeNull();
  });

  it("name the providers to whoever used another", () => {
    const providers = "providers: gh, ghe, gl, gle, bb, bbe";
    expect(organizationSlugBound.allowed).toContain(`must be provider/name; ${providers}; `);
    expect(repositorySlugBound.allowed).toContain(`must be provider/organization/name; ${providers}; `);
  });

  it.each(rows)("%s: says what is allowed", (_name, { bound }) => {
    expect(bound.allowed).toMatch(/^must be /);
  });
});

describe("the parts of a slug", () => {
  it("are its name and its organization", () => {
    expect(nameOf("gh/codacy/docs")).toBe("docs");
    expect(nameOf("gh/codacy")).toBe("codacy");
    expect(organizationOf("gh/codacy/docs")).toBe("gh/codacy");
  });
});

describe("folding case", () => {
  it("is for ASCII alone, so that it is the same in every locale and on every database", () => {
    expect(foldCase("GH/Codacy-Docs_9.Z")).toBe("gh/codacy-docs_9.z");
    expect(foldCase("İIŞßΣÀÉ\u212a")).toBe("İiŞßΣÀÉ\u212a");
  });
});
