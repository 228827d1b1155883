import { spawn } from "node:child_process";
import { join } from "node:path";
import { BUILD_TIMEOUT_MS, buildProgram, Run } from "../support/program";

jest.setTimeout(300_000);
beforeAll(buildProgram, BUILD_TIMEOUT_MS);

/** The small form of `npm run bench:instances`: three real processes, 2000 verifications of each kind, 200 losses. */
it("no instance accepts what was lost: a strict one from the answer on, another one beyond the lease", async () => {
  const bench = join(__dirname, "..", "..", "bench", "run.js");
  const args = [bench, "register", "--verifications", "2000", "--losses", "200", "--lease-only"];
  const { status, stdout, stderr } = await new Run(
    spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] }),
  ).ended;
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(stdout).toMatch(/^strict: losses after whose answer .*\n {2}0\.000 .*: met$/m);
  expect(stdout).toMatch(/^cached: milliseconds from .*\n {2}\S+ .*at most 1000: met$/m);
});
