"use strict";
// What creation is measured against: a row a transaction, each on the disk before the next, with the settings of the
// server's own connection.
const Sqlite = require("better-sqlite3");
const { work } = require("./worker.js");

let insert;

work(({ file, commits }) => {
  insert ??= open(file);
  const startedAt = performance.now();
  for (let number = 0; number < commits; number++) insert.run(`row ${number}`);
  return commits / ((performance.now() - startedAt) / 1000);
});

function open(file) {
  const db = new Sqlite(file);
  for (const pragma of ["journal_mode = wal", "synchronous = 2"]) db.pragma(pragma);
  db.exec("CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT)");
  return db.prepare("INSERT INTO plain (text) VALUES (?)");
}
