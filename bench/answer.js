"use strict";

const HEAD_END = Buffer.from("\r\n\r\n");

/** The status and the body of a whole answer; null while a part of it is missing. */
function readAnswer(bytes) {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1) return null;
  const head = bytes.latin1Slice(0, end);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
  // RFC 9110, 15.4.5: there is no body, whatever the header says.
  const length = status === 304 ? 0 : Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
  if (Number.isNaN(status) || Number.isNaN(length)) throw unexpected(bytes);
  const from = end + HEAD_END.length;
  return bytes.length < from + length ? null : { status, body: bytes.subarray(from, from + length) };
}

const unexpected = (bytes) =>
  new Error(`not the answer that was expected:\n${bytes.toString("utf8").slice(0, 2000)}`);

module.exports = { readAnswer, unexpected };
