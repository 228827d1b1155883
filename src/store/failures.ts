import { AppError } from "../errors";
import { sqliteCodeOf } from "./sqlite-code";

const sqliteFailures = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|CORRUPT|NOMEM|PROTOCOL)/;
/**
 * SQLSTATE classes and codes (PostgreSQL, appendix A) of a server that is away, full, busy or no longer the one that
 * writes; of transactions that lost against others too often; and of the system calls that did not reach it.
 */
const postgresFailures =
  /^(08...|25006|25P0[23]|40001|40P01|53...|55P03|57...|58...|XX...|E(CONN(REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN))$/;
/** What the driver says without a code. */
const driverFailures =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (has encountered|was closed)|Cannot use a pool after|Driver not Connected|The server does not support SSL)/;

/** The same error, unless the database failed underneath: then UNAVAILABLE, with what failed as its cause. */
export function translate(error: unknown): unknown {
  if (!isDatabaseFailure(error)) return error;
  const unavailable = new AppError("UNAVAILABLE", "the database does not answer, try again");
  unavailable.cause = error;
  return unavailable;
}

function isDatabaseFailure(error: unknown): boolean {
  if (error instanceof AppError) return false;
  const original = originalOf(error);
  const sqlite = sqliteCodeOf(original);
  if (sqlite !== null) return sqliteFailures.test(sqlite);
  return isPostgresFailure(original);
}

function isPostgresFailure(original: unknown): boolean {
  const { code, message } = (original ?? {}) as { code?: unknown; message?: unknown };
  return (
    (typeof code === "string" && postgresFailures.test(code)) ||
    (typeof message === "string" && driverFailures.test(message))
  );
}

/** Whether the same work may well succeed when it is tried again: another transaction was in its way. */
export function isConflict(error: unknown): boolean {
  return /^(40001|40P01)$/.test(stateOf(error));
}

/** Whether a COMMIT that failed like this may have been done all the same: the server did not say that it was not. */
export function isUnknownOutcome(error: unknown): boolean {
  return /^(|08...|57P..|E[A-Z]+)$/.test(stateOf(error));
}

/** Whether a connection that failed like this is still waiting for an answer, and must not be used again. */
export function isStuck(error: unknown): boolean {
  return (originalOf(error) as { message?: unknown } | null)?.message === "Query read timeout";
}

/** SQLSTATE, or the system's code; empty: there is none. */
function stateOf(error: unknown): string {
  const { cause } = (error ?? {}) as { cause?: unknown };
  const { code } = (originalOf(cause ?? error) ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "";
}

function originalOf(error: unknown): unknown {
  return (error as { driverError?: unknown } | null)?.driverError ?? error;
}
