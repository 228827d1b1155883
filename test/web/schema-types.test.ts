import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../support/markdown";

it("the console's types are those of schema.graphql (`npm run schema` prints them)", () => {
  const folder = mkdtempSync(join(tmpdir(), "tokenward-types-"));
  const output = join(folder, "introspection.d.ts");
  const cli = join(root, "node_modules", "gql.tada", "bin", "cli.js");
  const web = join(root, "web");
  const { status } = spawnSync(process.execPath, [cli, "generate-output", "--output", output], { cwd: web });
  expect(status).toBe(0);
  expect(readFileSync(output, "utf8")).toBe(
    readFileSync(join(web, "src", "api", "introspection.d.ts"), "utf8"),
  );
  rmSync(folder, { recursive: true });
});
