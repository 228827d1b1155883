import { TestApp } from "../support/kit";
import { send } from "../support/raw";

describe("health", () => {
  it("is told in JSON to anyone", async () => {
    const test = await TestApp.start();
    try {
      for (const [path, body] of [
        ["/healthz", { status: "ok" }],
        ["/readyz", { status: "ready" }],
      ] as const) {
        const answer = await send(test.url, { path });
        expect([answer.status, JSON.parse(answer.text)]).toEqual([200, body]);
        expect(answer.headers["content-type"]).toMatch(/^application\/json/);
        const refused = await send(test.url, { path, method: "POST" });
        expect([refused.status, refused.headers.allow]).toEqual([405, expect.stringMatching(/^GET\b/)]);
      }
    } finally {
      await test.close();
    }
  });

  it("is not rate limited", async () => {
    const test = await TestApp.start({ env: { ANONYMOUS_RATE_LIMIT_PER_MINUTE: "1" } });
    try {
      const statuses: number[] = [];
      for (const path of Array.from({ length: 5 }, () => ["/healthz", "/readyz"]).flat()) {
        statuses.push((await send(test.url, { path })).status);
      }
      expect(new Set(statuses)).toEqual(new Set([200]));
    } finally {
      await test.close();
    }
  });

  it("is readiness lost, not health, when the database does not answer", async () => {
    const test = await TestApp.start();
    try {
      await test.app.database.close();
      const ready = await send(test.url, { path: "/readyz" });
      expect([ready.status, ready.text]).toEqual([503, '{"error":"not ready"}']);
      expect((await send(test.url, { path: "/healthz" })).status).toBe(200);
    } finally {
      await test.close();
    }
  });
});
