"use strict";
// The load: keep-alive connections, each of which sends its next request when the answer to the last is there.
// Written on node:net, because a client on node:http costs more than the server that it is to measure.
const net = require("node:net");
const { readAnswer, unexpected } = require("./answer.js");
const { Latencies } = require("./latencies.js");
const { readUsage } = require("./usage.js");
const { work } = require("./worker.js");

/**
 * `requests`: whole HTTP requests, taken in turn. `answer`: what every body must be, to the byte; or `holds`: a text
 * that must stand in it. `status`: of every answer (200). `rare`: one in `every` requests is the next of these instead,
 * each sent once. Ends after `warmupMs` and `measureMs`, of which the latter is measured; or after `total` requests, all
 * measured. `pid`: the process whose processor time and memory are looked at meanwhile.
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

  constructor({ port, requests, rare, status = 200, answer, holds, total = Infinity }) {
    this.port = port;
    this.status = status;
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
        const answer = readAnswer(received);
        if (answer === null) return;
        this.latencies?.add(performance.now() - sentAt);
        if (answer.status !== this.status || !this.isExpected(answer.body)) throw unexpected(received);
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

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
