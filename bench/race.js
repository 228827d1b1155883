"use strict";
// The register check's own client: it takes rights away at one instance while it verifies at all of them, and knows by
// one clock which verification began after a loss had been answered.
const http = require("node:http");
const { accountSecret } = require("./fill.js");
const { subjectOf } = require("./subjects.js");
const { work } = require("./worker.js");

const VERIFY = "query($input: VerifyTokenInput!) { verifyToken(input: $input) { code } }";
const AFTER_MS = 5;
const PATIENCE_MS = 5000;
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/**
 * Subjects `from` to `to`, `lanes` of them at once, or one begun every `everyMs`. Each is verified at every instance,
 * then loses its right while that many verifications are under way, and is verified again and again once that was
 * answered: `aSubject` times in all. Gives how late the last acceptance of each began, in milliseconds after the answer.
 */
work(async ({ ports, from, to, aSubject, lanes = Infinity, everyMs = 0, warmUp = 0 }) => {
  if (warmUp > 0) return warm(ports, from, warmUp);
  const startedAt = performance.now();
  const delays = [];
  const take = async (number) => delays.push(await loseOne(ports, subjectOf(number), aSubject));
  let next = from;
  if (everyMs === 0) {
    const lane = async () => {
      while (next < to) await take(next++);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  } else {
    const running = [];
    for (; next < to; next += 1) {
      await sleep(startedAt + (next - from) * everyMs - performance.now());
      running.push(take(next));
      running[running.length - 1].catch(() => undefined);
    }
    await Promise.all(running);
  }
  const elapsedMs = performance.now() - startedAt;
  const verifications = (to - from) * aSubject;
  return { delays, verifications, perSecond: (verifications / elapsedMs) * 1000 };
});

/** Until the code is compiled, nothing that is measured is true. */
async function warm(ports, number, count) {
  const lane = async (port) => {
    for (let sent = 0; sent < count; sent += 1) await verify(port, subjectOf(number));
  };
  await Promise.all(ports.flatMap((port) => [lane(port), lane(port)]));
}

async function loseOne(ports, subject, aSubject) {
  // In memory everywhere, so that there is something to be forgotten.
  for (const { code } of await Promise.all(ports.map((port) => verify(port, subject))))
    if (code !== "VALID") throw new Error(`${subject.login}: ${code} before it lost anything`);
  const racing = ports.map((port) => verify(port, subject));
  const { query, variables } = subject.loss;
  const port = ports[subject.number % ports.length];
  const { errors } = await post(port, accountSecret("admin"), query, variables);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  const lostAt = performance.now();
  const seen = await Promise.all(racing);
  const late = Math.max(0, aSubject - 2 * ports.length);
  const after = [];
  for (let sent = 0; sent < late; sent += 1) {
    if (sent > 0 && sent % ports.length === 0) await sleep(AFTER_MS);
    after.push(verify(ports[sent % ports.length], subject));
  }
  seen.push(...(await Promise.all(after)));
  // Whoever was still accepted is asked until it is refused.
  for (const { port: at, code } of [...seen])
    if (code === "VALID") seen.push(...(await untilRefused(at, subject)));
  const accepted = seen.filter(({ code, beganAt }) => code === "VALID" && beganAt > lostAt);
  return Math.max(0, ...accepted.map(({ beganAt }) => beganAt - lostAt));
}

async function untilRefused(port, subject) {
  const seen = [];
  for (const since = performance.now(); performance.now() - since < PATIENCE_MS;) {
    const verdict = await verify(port, subject);
    seen.push(verdict);
    if (verdict.code !== "VALID") return seen;
    await sleep(AFTER_MS);
  }
  return seen;
}

async function verify(port, { secret, repository }) {
  const beganAt = performance.now();
  const input = { secret, repository, scope: "READ_ONLY" };
  const { data, errors } = await post(port, accountSecret("gateway"), VERIFY, { input });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return { port, beganAt, code: data.verifyToken.code };
}

function post(port, secret, query, variables) {
  const body = JSON.stringify({ query, variables });
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        agent,
        port,
        host: "127.0.0.1",
        path: "/graphql",
        method: "POST",
        headers: {
          authorization: `Bearer ${secret}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        },
      },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

function sleep(ms) {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
