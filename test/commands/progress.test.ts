import { Progress } from "../../src/commands/progress";

it("shows the first and the last of many in one line, which it leaves empty", () => {
  const written: string[] = [];
  const progress = new Progress((text) => written.push(text));
  for (let done = 1; done <= 10_000; done += 1) progress.show("token", done, 10_000);
  progress.show("build", 1, 1);
  progress.end();
  expect(written[0]).toBe("\rtoken: 1 of 10000");
  // In between, one now and then: as many as there was time for.
  expect(written.length).toBeLessThan(10_000);
  expect(written.slice(-3)).toEqual([
    "\rtoken: 10000 of 10000",
    `\r${"build: 1 of 1".padEnd("token: 10000 of 10000".length)}`,
    `\r${" ".repeat("build: 1 of 1".length)}\r`,
  ]);
});
