import type { Answer } from "../support/client";
import type { Expected, Refusal } from "./oracle";
import { COUNTED, OPAQUE } from "./values";

/** Where an answer is not what the table says, each place in a line; []: it is. */
export function mismatches(expected: Expected, answer: Answer): string[] {
  if (answer.status !== 200 || answer.data === null || answer.data === undefined)
    return [`answered ${answer.status}: ${answer.text.slice(0, 300)}`];
  const found: string[] = [];
  compare(expected.data, answer.data, "", found);
  const refusals = new Map(
    answer.errors.map(({ path = [], extensions }) => [path.join("."), extensions as Refusal]),
  );
  if (refusals.size < answer.errors.length) found.push("two errors at one place");
  for (const path of new Set([...expected.errors.keys(), ...refusals.keys()])) {
    const wanted = inOrder(expected.errors.get(path));
    const got = inOrder(refusals.get(path));
    if (wanted !== got) found.push(`${path}: the error should be ${wanted}, is ${got}`);
  }
  return found;
}

const inOrder = (refusal: Refusal | undefined): string =>
  refusal === undefined ? "none" : JSON.stringify(Object.entries(refusal).sort());

function compare(expected: unknown, got: unknown, path: string, found: string[]): void {
  if (expected === OPAQUE) {
    if (typeof got !== "string" || got === "") found.push(`${path}: should be some text`);
  } else if (expected === COUNTED) {
    if (!Array.isArray(got) && typeof got !== "number") found.push(`${path}: should be a number or a list`);
  } else if (Array.isArray(expected) && Array.isArray(got) && expected.length === got.length) {
    expected.forEach((item, at) => compare(item, got[at], `${path}.${at}`, found));
  } else if (isRecord(expected) && isRecord(got)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      // Styles of writing add the names of types.
      if (key === "__typename" && !(key in expected)) continue;
      if (key in expected !== key in got)
        found.push(`${path}.${key}: ${key in got ? "should not be there" : "is missing"}`);
      else compare(expected[key], got[key], path === "" ? key : `${path}.${key}`, found);
    }
  } else if (expected !== got) {
    found.push(`${path}: should be ${show(expected)}, is ${show(got)}`);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const show = (value: unknown): string =>
  typeof value === "symbol" ? "some text" : JSON.stringify(value).slice(0, 200);
