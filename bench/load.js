"use strict";
// The load: keep-alive connections, each of which sends its next request when the answer to the last is there.
// Written on node:net, because a client on node:http costs more than the server that it is to measure.
const net = require("node:net");
const { Latencies } = require("./latencies.js");
const { readUsage } = require("./usage.js");
const { work } = require("./worker.js");

const HEAD_END = Buffer.from("\r\n\r\n");

/**
 * `requests`: whole HTTP requests, taken in turn. `answer`: what every body must be, to the byte; or `holds`: a text
 * that must stand in it. `rare`: one in `every` requests is the next of these instead, each sent once. Ends after `warmupMs` and `measureMs`, of which the latter is measured; or after `total`
 * requests, all measured. `pid`: the process whose processor time and memory are looked at meanwhile.
 */
work(async (job) => {
  const load = new Load(job);
  const connections = Promise.all(Array.from({ length: job.connections }, () => load.connect()));
  const pass = (ms) => Promise.race([sleep(ms), connections]);
  if (job.total === undefined) await pass(job.warmupMs);
  const usage = readUsage(job.pid);
  load.latencies = new Latencies();
  await (job.total === undefined ? pass(job.measureMs) : connections);
  const result = { ...load.latencies.summary(usage.elapsedMs()), ...usage.end() };
  load.latencies = null;
  load.left = 0;
  await connections;
  return job.rare === undefined ? result : { ...result, rareSent: load.rareSent };
});

class Load {
  /** Where answers are counted; null: nowhere. */
  latencies = null;
  sent = 0;
  rareSent = 0;

  constructor({ port, requests, rare, answer, holds, total = Infinity }) {
    this.port = port;
    this.requests = requests;
    this.rare = rare ?? { requests: [], every: 1 };
    this.left = total;
    const text = Buffer.from(answer ?? holds, "utf8");
    this.isExpected = answer === undefined ? (body) => body.includes(text) : (body) => body.equals(text);
  }

  next() {
    const { requests, every } = this.rare;
    const turn = this.sent++;
    if (turn % every === 0 && this.rareSent < requests.length) return requests[this.rareSent++];
    return this.requests[turn % this.requests.length];
  }

  /** Opens a connection and keeps it busy; resolves when there is no more to send. */
  connect() {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port: this.port, host: "127.0.0.1", noDelay: true });
      let received = null;
      let sentAt = 0;
      const send = () => {
        if (this.left <= 0) {
          resolve();
          socket.destroy();
          return;
        }
        this.left -= 1;
        sentAt = performance.now();
        socket.write(this.next(), "latin1");
      };
      const receive = (chunk) => {
        received = received === null ? chunk : Buffer.concat([received, chunk]);
        const body = bodyOf(received);
        if (body === null) return;
        this.latencies?.add(performance.now() - sentAt);
        if (!this.isExpected(body)) throw unexpected(received);
        received = null;
        send();
      };
      socket.on("connect", send);
      socket.on("data", (chunk) => {
        try {
          receive(chunk);
        } catch (error) {
          socket.destroy(error);
        }
      });
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("the server closed a connection")));
    });
  }
}

/** The body of a whole answer; null while a part of it is missing. Throws for every status but 200. */
function bodyOf(bytes) {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1) return null;
  const head = bytes.latin1Slice(0, end);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
  if (!head.startsWith("HTTP/1.1 200 ") || Number.isNaN(length)) throw unexpected(bytes);
  const from = end + HEAD_END.length;
  return bytes.length < from + length ? null : bytes.subarray(from, from + length);
}

const unexpected = (bytes) =>
  new Error(`not the answer that was expected:\n${bytes.toString("utf8").slice(0, 2000)}`);

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
