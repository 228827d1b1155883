"use strict";
// Both ends of the wire between `run.js` and the processes that it starts: a job goes out, its result comes back.

/** Sends a job to a process and waits for what it makes of it. Rejects when the job fails or the process ends. */
function ask(child, job) {
  return new Promise((resolve, reject) => {
    const settle = (reply) => {
      child.off("message", settle);
      child.off("exit", settle);
      if (reply !== null && typeof reply === "object" && "value" in reply) resolve(reply.value);
      else reject(new Error(reply?.error ?? "a process of the benchmark ended before its job was done"));
    };
    child.on("message", settle);
    child.on("exit", settle);
    child.send(job);
  });
}

/** The other end: does each job that is sent to this process, one after another. Ends with whoever sends them. */
function work(handle) {
  process.on("disconnect", () => process.exit());
  process.on("message", (job) => {
    Promise.resolve(job)
      .then(handle)
      .then(
        (value = null) => process.send({ value }),
        (error) => process.send({ error: error.stack }),
      );
  });
}

module.exports = { ask, work };
