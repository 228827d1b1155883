"use strict";
// Requests as they go over the wire, made before anything is measured.
const { URLSearchParams } = require("node:url");

/** A POST /graphql with a credential, whole. Requests with texts of one length are of one length. */
function graphqlRequest(secret, query, variables) {
  const body = JSON.stringify({ query, variables });
  return [
    "POST /graphql HTTP/1.1",
    "Host: 127.0.0.1",
    "User-Agent: tokenward-bench",
    "Accept: application/json",
    "Content-Type: application/json",
    `Authorization: Bearer ${secret}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "",
    body,
  ].join("\r\n");
}

/** A POST of a form, by nobody where no credential is given, whole. */
function formRequest(path, fields, secret) {
  const body = new URLSearchParams(fields).toString();
  return [
    `POST ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "User-Agent: tokenward-bench",
    "Content-Type: application/x-www-form-urlencoded",
    ...(secret === undefined ? [] : [`Authorization: Bearer ${secret}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
    "",
    body,
  ].join("\r\n");
}

/** A GET, whole. */
function getRequest(path, headers) {
  return [
    `GET ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "User-Agent: tokenward-bench",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "\r\n",
  ].join("\r\n");
}

module.exports = { formRequest, getRequest, graphqlRequest };
