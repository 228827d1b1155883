"use strict";
// The floor that the figures are a share of: a bare node:http server that parses the same JSON body, hashes the token,
// looks it up in a Map, and answers the same bytes. It checks nothing, logs nothing and stores nothing.
const http = require("node:http");
const { digestOf } = require("../dist/secrets/digest.js");
const { work } = require("./worker.js");

const NOT_FOUND = '{"data":{"verifyToken":{"valid":false,"code":"NOT_FOUND","scope":null}}}';

work(({ secrets, answer }) => {
  const answers = new Map(secrets.map((secret) => [digestOf(secret), answer]));
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { variables } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      const text = answers.get(digestOf(variables.input.secret)) ?? NOT_FOUND;
      response.writeHead(200, {
        "content-type": "application/json; charset=utf-8",
        "content-length": Buffer.byteLength(text),
      });
      response.end(text);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
});
