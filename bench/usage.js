"use strict";
// How much of a core this process and another one used, and how much memory the other one held.
const fs = require("node:fs");
const os = require("node:os");

const SAMPLE_EVERY_MS = 500;
// Linux counts processor time in hundredths of a second, whatever its own clock does.
const TICK_MS = 10;

/** Looks at a process until `end`. What only Linux tells is null elsewhere. Shares are of one core. */
function readUsage(pid) {
  const startedAt = performance.now();
  const before = processorTimes(pid);
  const sizes = [];
  const timer = setInterval(() => sizes.push(residentMb(pid)), SAMPLE_EVERY_MS);
  const elapsedMs = () => performance.now() - startedAt;
  return {
    elapsedMs,
    end() {
      clearInterval(timer);
      sizes.push(residentMb(pid));
      const ms = elapsedMs();
      const after = processorTimes(pid);
      const [load, server, all] = after.map((time, index) => time - before[index]);
      return {
        loadShare: load / ms,
        serverShare: Number.isNaN(server) ? null : server / ms,
        // What the rest of the machine did meanwhile.
        othersShare: Number.isNaN(server) ? null : Math.max(0, all - load - server) / ms,
        // The middle of what was seen: the ends are chance, they depend on when the collector ran.
        residentMb: sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)],
      };
    },
  };
}

/** Milliseconds until now: of this process, of the other one, of all there are. */
function processorTimes(pid) {
  const { user, system } = process.cpuUsage();
  const all = os.cpus().flatMap(({ times }) => [times.user, times.nice, times.sys, times.irq]);
  return [(user + system) / 1000, processorMs(pid), all.reduce((sum, ms) => sum + ms, 0)];
}

function processorMs(pid) {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return NaN;
  // The second field is a name in brackets, which may have spaces in it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function residentMb(pid) {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}

function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

module.exports = { readUsage, residentMb };
