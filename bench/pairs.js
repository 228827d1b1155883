"use strict";
// What an attacker with a stopwatch does: one connection, one request at a time, one of each side in random order.
const net = require("node:net");
const { readAnswer, unexpected } = require("./answer.js");
const { readUsage } = require("./usage.js");
const { work } = require("./worker.js");

/**
 * `sides`: two lists of whole HTTP requests, each taken in turn. Every answer must be the same to the byte, its headers
 * apart. Gives the milliseconds that each request of each side took, without those of the first `warmup` pairs.
 */
work(async ({ port, pid, sides, pairs, warmup }) => {
  const line = await Line.open(port);
  const times = [[], []];
  let usage;
  for (let pair = 0; pair < warmup + pairs; pair++) {
    if (pair === warmup) usage = readUsage(pid);
    const first = Math.random() < 0.5 ? 0 : 1;
    for (const side of [first, 1 - first]) {
      const ms = await line.ask(sides[side][pair % sides[side].length]);
      if (pair >= warmup) times[side].push(ms);
    }
  }
  const result = { times, ...usage.end() };
  line.close();
  return result;
});

class Line {
  received = null;
  expected = null;

  static open(port) {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: "127.0.0.1", noDelay: true }, () => {
        socket.off("error", reject);
        resolve(new Line(socket));
      });
      socket.once("error", reject);
    });
  }

  constructor(socket) {
    this.socket = socket;
    socket.on("data", (chunk) => this.receive(chunk));
    socket.on("error", (error) => this.reject?.(error));
    socket.on("close", () => this.reject?.(new Error("the server closed a connection")));
  }

  /** How many milliseconds the answer took. */
  ask(request) {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.sentAt = performance.now();
      this.socket.write(request, "latin1");
    });
  }

  receive(chunk) {
    const now = performance.now();
    try {
      this.received = this.received === null ? chunk : Buffer.concat([this.received, chunk]);
      const answer = readAnswer(this.received);
      if (answer === null) return;
      this.compare(answer);
      this.received = null;
      this.resolve(now - this.sentAt);
    } catch (error) {
      this.reject(error);
    }
  }

  compare({ status, body }) {
    const text = `${status} ${body.toString("latin1")}`;
    this.expected ??= text;
    if (text !== this.expected) throw unexpected(this.received);
  }

  close() {
    this.reject = undefined;
    this.socket.destroy();
  }
}
