import { spawn } from "node:child_process";
import { copyFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { circleci } from "../../src/http/compat/circleci";
import { codacy } from "../../src/http/compat/codacy";
import { nocodb } from "../../src/http/compat/nocodb";
import { holdsSecret } from "../../src/secrets/parse";
import { isShown, Page, root } from "../support/markdown";
import { BUILD_TIMEOUT_MS, Program, Run, type RunningServer } from "../support/program";

const table = new Page("docs/compatibility.md");
const pages = [
  table,
  ...["codacy", "circleci", "nocodb"].map((name) => new Page(`docs/compatibility/${name}.md`)),
];

// Ends what a step printed: it is in no answer.
const MARK = "\x1e";

describe("the table of calls", () => {
  it("holds every call that is served, and no other", () => {
    const written = table.table("Every call").map(([call = ""]) => call.replaceAll("`", ""));
    const served = [codacy, circleci, nocodb].flatMap(({ paths }) =>
      paths.flatMap(({ url, methods }) => Object.keys(methods).map((method) => `${method} ${url}`)),
    );
    const badges = [
      "GET /{vcs}/{organization}/{file}.svg",
      "GET /{vcs}/{organization}/{repository}/tree/{branch}.svg",
    ];
    const due = [...served.map((call) => call.replaceAll(/:(\w+)/g, "{$1}")), ...badges];
    expect([...written].sort()).toEqual(due.sort());
  });
});

describe.each(pages.map((page) => [page.path, page] as const))("%s", (_path, page) => {
  let program: Program;
  let server: RunningServer;
  beforeAll(async () => {
    program = await Program.prepare();
    // What npm looks at in a clone.
    copyFileSync(join(root, "package.json"), join(program.folder, "package.json"));
    symlinkSync(join(root, "bin"), join(program.folder, "bin"));
    server = await program.serve();
  }, BUILD_TIMEOUT_MS);
  afterAll(() => program.close());

  it("holds nothing that looks like a token", () => {
    expect(holdsSecret(page.text)).toBe(false);
  });

  it("shows commands that answer as it says", async () => {
    const [, secret = ""] = /^ {2}(twa_\w+)$/m.exec(server.run.stderr) ?? [];
    const client = server.client(secret);
    if (page === table)
      await client.must(
        'mutation { importRepositories(input: { repositories: [{ slug: "gh/acme/docs" }] }) { createdCount } }',
      );
    const steps = stepsOf(page);
    const script = steps.map(({ command }) => `${command}\nprintf '${MARK}%d${MARK}' $?\n`).join("");
    writeFileSync(join(program.folder, "steps.sh"), script);
    const env = {
      PATH: process.env.PATH,
      HOME: program.folder,
      TOKENWARD_URL: server.url,
      TOKENWARD_TOKEN: secret,
      npm_config_offline: "true",
    };
    const { stdout } = await new Run(spawn("bash", ["--norc", "steps.sh"], { cwd: program.folder, env }))
      .ended;
    const parts = stdout.split(MARK);
    steps.forEach(({ command, answer }, index) => {
      const [printed = "", status] = parts.slice(2 * index);
      expect({ command, status }).toEqual({ command, status: "0" });
      if (answer !== null && !isShown(answer, printed))
        expect({ command, printed }).toEqual({ command, printed: answer });
    });
  }, 120_000);
});

/** Commands with the answer that is shown below them. What stands in a list is indented. */
function stepsOf(page: Page): { command: string; answer: string | null }[] {
  const fences = [...page.text.matchAll(/^( *)```(\w+)\n([^]*?)\n\1```$/gm)].map(
    ([, indent = "", language = "", text = ""]) => ({
      language,
      text: text
        .split("\n")
        .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
        .join("\n"),
    }),
  );
  return fences.flatMap(({ language, text }, index) => {
    const next = fences[index + 1];
    const answer = next !== undefined && next.language !== "sh" ? next.text : null;
    return language === "sh" ? [{ command: text, answer }] : [];
  });
}
