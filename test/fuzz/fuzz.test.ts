import { Agent, request } from "node:http";
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { TestApp } from "../support/kit";
import { Random } from "../support/random";
import { type Malformed, malformed } from "./malformed";

const COUNT = Number(process.env.FUZZ_INPUTS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const AT_ONCE = 16;
// A connection each: of the dear ones a twentieth is sent, others take the place of the rest.
const EVERY_BYTES = 20;

// Also without node's own option: memory is looked at in every run.
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

let test: TestApp;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
beforeAll(async () => (test = await TestApp.start()));
afterAll(async () => {
  agent.destroy();
  await test.close();
});

const knownCodes = new Set([
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_FOUND",
  "BAD_USER_INPUT",
  "CONFLICT",
  "LIMIT_EXCEEDED",
  "BAD_REQUEST",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "QUERY_TOO_COMPLEX",
]);

/** What is wrong with the answer to an input; null: nothing. */
async function faultOf(input: Malformed): Promise<string | null> {
  if (input.kind === "bytes") return faultOfBytes(input.bytes);
  const { status, text } = await answerTo(input);
  if (status >= 500) return `status ${status}`;
  for (const [, code = ""] of text.matchAll(/"code":"([A-Z_]+)"/g)) {
    if (!knownCodes.has(code)) return `code ${code}`;
  }
  return null;
}

function answerTo({ method, path, headers, body }: Exclude<Malformed, { kind: "bytes" }>) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const { hostname, port } = new URL(test.url);
    const sent = request({ agent, hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("latin1") });
      });
      response.once("error", reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

function faultOfBytes(bytes: Buffer): Promise<string | null> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(test.url);
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket.setEncoding("latin1").on("data", (text: string) => (answer += text));
    socket.once("error", () => undefined);
    socket.once("close", () => {
      resolve(/^HTTP\/1\.1 5/.test(answer) ? answer.slice(0, 60) : null);
    });
  });
}

describe("malformed input", () => {
  it(
    `is answered with a known refusal, ${COUNT} times, without a crash and without keeping memory`,
    async () => {
      console.log(`fuzz: FUZZ_SEED=${SEED} FUZZ_INPUTS=${COUNT}`);
      let next = 0;
      let sent = 0;
      let heapAfterWarmUp = 0;
      const faults: string[] = [];
      const work = async (): Promise<void> => {
        while (sent < COUNT && faults.length < 5) {
          const index = (next += 1);
          const input = malformed(new Random(SEED + index), test.adminSecret);
          if (input.kind === "bytes" && index % EVERY_BYTES !== 0) continue;
          sent += 1;
          // The kit keeps the log of a run: it is not the server's memory.
          if (sent % 1000 === 0) test.log.length = 0;
          if (sent === Math.floor(COUNT / 4)) heapAfterWarmUp = usedHeap();
          const fault = await faultOf(input).catch((error: unknown) => String(error));
          if (fault !== null) faults.push(`input ${index} (${input.kind}): ${fault}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      expect(faults).toEqual([]);
      expect(test.log.filter((line) => line.includes("INTERNAL"))).toEqual([]);
      // The heap swings by some megabytes: they are not growth.
      expect(usedHeap()).toBeLessThan(heapAfterWarmUp * 1.2 + 10e6);
      await expect(test.admin.must("{ viewer { token { id } } }")).resolves.toBeDefined();
    },
    60_000 + COUNT * 10,
  );
});

function usedHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
