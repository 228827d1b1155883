import { type EpochFile, rollbackOf } from "../../src/domain/epoch";

const database = "0b0e8a52-5f0c-4d0e-9a57-0d6e3f0f9b11";
const other = "77d2f6a4-3f0b-4d55-8a86-d7b3a4e2c1f0";
const at = (number: number, of = database) => ({ database: of, number });

it.each<[string, EpochFile, boolean, string | null]>([
  ["says the same", at(5), true, null],
  ["lags behind, as after a crash", at(4), true, null],
  ["was written, but not marked as written", at(5), false, null],
  ["was never written", "missing", false, null],
  ["was half written when it was first made", "damaged", false, null],
  ["is ahead of the database", at(6), true, "older"],
  ["is ahead of a database that has never recorded one", at(6), false, "older"],
  ["is gone", "missing", true, "missing"],
  ["is damaged", "damaged", true, "damaged"],
  ["is of another database", at(5, other), true, "foreign"],
  ["is of another database that was younger", at(1, other), true, "foreign"],
  ["is of another database, and this one has none", at(1, other), false, "foreign"],
])("a database at 5 whose file %s", (_what, file, isRecorded, wanted) => {
  expect(rollbackOf(at(5), isRecorded, file)).toBe(wanted);
});
