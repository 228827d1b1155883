import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestApp } from "../support/kit";
import { bearer, send } from "../support/raw";

// What a build makes, in small.
const web = mkdtempSync(join(tmpdir(), "tokenward-web-"));
let test: TestApp;
beforeAll(async () => {
  mkdirSync(join(web, "assets"));
  writeFileSync(join(web, "index.html"), "the console");
  writeFileSync(join(web, "playground.html"), "the playground");
  writeFileSync(join(web, "secret.txt"), "not for the web");
  writeFileSync(join(web, "assets", "index-1.js"), "script()");
  writeFileSync(join(web, "assets", ".hidden"), "hidden");
  test = await TestApp.start({ web });
});
afterAll(async () => {
  await test.close();
  rmSync(web, { recursive: true });
});

const html = ["Accept", "text/html,application/xhtml+xml,*/*;q=0.8"] as const;
const strict =
  "default-src 'self';script-src 'self';style-src 'self';connect-src 'self';img-src 'self' data:;" +
  "font-src 'self';worker-src 'self';object-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";

describe("the console", () => {
  it.each(["/", "/account/access", "/account/no/such/page", "/?after=x"])(
    "is at %s, to be asked for again, under a strict policy",
    async (path) => {
      const { status, text, headers } = await send(test.url, { path });
      expect([status, text]).toEqual([200, "the console"]);
      expect(headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-cache",
        "content-security-policy": strict,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
      });
      expect(headers["set-cookie"]).toBeUndefined();
    },
  );

  it("ignores credentials", async () => {
    for (const path of ["/", "/assets/index-1.js"]) {
      const { status } = await send(test.url, { path, headers: [bearer("twa_bad"), ["api-token", "other"]] });
      expect(status).toBe(200);
    }
  });

  it("keeps its files for good, as their names change", async () => {
    const { status, text, headers } = await send(test.url, { path: "/assets/index-1.js" });
    expect([status, text]).toEqual([200, "script()"]);
    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  });

  it.each([
    "/nowhere",
    "/index.html",
    "/accounts",
    "/assets/none.js",
    "/assets/",
    "/assets/.hidden",
    "/assets/../secret.txt",
    "/assets/%2e%2e/secret.txt",
    "/assets/..%2fsecret.txt",
  ])("leaves %s to be what it was: not found", async (path) => {
    const { status, text, headers } = await send(test.url, { path, headers: [html] });
    expect([status, text]).toEqual([404, '{"error":"not found"}']);
    expect(headers["content-security-policy"]).toBe("default-src 'none';frame-ancestors 'none'");
  });

  it.each(["/", "/account/access", "/assets/index-1.js"])("is not written to: %s", async (path) => {
    for (const method of ["POST", "PUT", "DELETE"]) {
      const { status, headers } = await send(test.url, { method, path });
      expect([status, headers.allow]).toEqual([405, "GET, HEAD"]);
    }
  });
});

describe("the playground", () => {
  const get = (accept: string) => send(test.url, { path: "/graphql", headers: [["Accept", accept]] });

  it.each(["text/html", html[1], "application/json, TEXT/HTML;q=0.5"])(
    "is for Accept: %s",
    async (accept) => {
      const { status, text, headers } = await get(accept);
      expect([status, text]).toEqual([200, "the playground"]);
      expect(headers["content-security-policy"]).toContain(
        "script-src 'self';style-src 'self' 'unsafe-inline'",
      );
      expect(headers["cache-control"]).toBe("no-store");
    },
  );

  it.each(["*/*", "application/json", "text/htmlx", "application/graphql-response+json"])(
    "is not for Accept: %s",
    async (accept) => {
      expect((await get(accept)).status).toBe(400);
    },
  );

  it("ignores credentials, and is for reading alone", async () => {
    const request = { path: "/graphql", headers: [html, bearer("twa_bad")] };
    expect((await send(test.url, request)).status).toBe(200);
    expect((await send(test.url, { ...request, method: "POST" })).status).toBe(415);
  });
});
