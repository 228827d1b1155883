"use strict";
// What bulk creation is measured against: the same rows in one plain transaction of better-sqlite3, each statement
// prepared once, all values made beforehand. Nothing is minted, hashed, checked or answered.
const Sqlite = require("better-sqlite3");
const { work } = require("./worker.js");

let db;

work(({ file, tokens, auditEvents }) => {
  db ??= open(file);
  const insertToken = db.prepare(insertInto("token", tokens[0]));
  const insertAuditEvent = db.prepare(insertInto("audit_event", auditEvents[0]));
  const insertAll = db.transaction(() => {
    tokens.forEach((token, index) => {
      auditEvents[index].token_id = Number(insertToken.run(token).lastInsertRowid);
    });
    for (const event of auditEvents) insertAuditEvent.run(event);
  });
  const startedAt = performance.now();
  insertAll.immediate();
  return performance.now() - startedAt;
});

/** With the settings of the server's own connection. */
function open(file) {
  const connection = new Sqlite(file);
  for (const pragma of ["journal_mode = wal", "synchronous = 2", "foreign_keys = 1", "trusted_schema = 0"]) {
    connection.pragma(pragma);
  }
  return connection;
}

function insertInto(table, row) {
  const columns = Object.keys(row);
  const values = columns.map((column) => `@${column}`);
  return `INSERT INTO "${table}" (${columns.join(",")}) VALUES (${values.join(",")})`;
}
