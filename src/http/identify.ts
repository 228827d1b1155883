import { isIP } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Actor, anonymous } from "../domain/actor";
import { AppError } from "../errors";
import { after, type Soon } from "../soon";
import { redactBeginning } from "../secrets/parse";
import type { Caller, Origin } from "../services/caller";
import { type RateState, type RateSubject, subjectOf } from "../services/rate-limits";
import { Retry } from "../services/retry";
import type { Services } from "../services/services";
import { readCredential } from "./credential";

const LONGEST_USER_AGENT = 1024;

declare module "fastify" {
  interface FastifyRequest {
    /** Whose guesses it is counted as; null until it was asked who sends it. */
    rateSubject: RateSubject | null;
    /** By the monotonic clock, in milliseconds. */
    receivedAt: number;
    /** The pattern, not the URL: a secret may have been put there by mistake. */
    route: string;
  }
}

/** Where else than in the usual headers a credential may be, and what else came with it. */
interface Presented {
  /** A secret of the query. */
  readonly inUrl?: string;
  readonly idempotencyKey?: string;
  /** Headers that hold a secret at this place alone. */
  readonly moreHeaders?: readonly string[];
}

/**
 * Who sends a request. Throws BAD_REQUEST for two credentials, UNAUTHENTICATED for a bad one, and RATE_LIMITED when the
 * guesses of the token, or of the address of whoever has no good one, are used up.
 */
export function identify(services: Services, request: FastifyRequest, more: Presented = {}): Soon<Caller> {
  const { inUrl, idempotencyKey, moreHeaders } = more;
  const origin = originOf(request);
  const secret = readCredential(request.raw.rawHeaders, inUrl, moreHeaders);
  const stranger = subjectOf(anonymous, origin.ip);
  request.rateSubject = stranger;
  const retry = idempotencyKey === undefined ? null : new Retry(idempotencyKey, secret ?? "");
  const enter = (actor: Actor): Soon<Caller> => {
    const caller = services.callerFor(actor, origin);
    caller.retry = retry;
    caller.replayOnly = actor.kind !== "anonymous" && services.tokens.stateOf(actor.token) === "ROTATED";
    request.rateSubject = caller.subject;
    // A verifier's good tokens must be answered however many bad ones it was sent.
    return services.isVerifier(caller) ? caller : services.rates.check(caller.subject).then(() => caller);
  };
  if (secret === null) return enter(anonymous);
  const { verification } = services;
  const countGuess = async (error: unknown): Promise<never> => {
    if (error instanceof AppError && error.code === "UNAUTHENTICATED")
      await services.rates.count(stranger, 1);
    throw error;
  };
  try {
    const actor = after(verification.admitGuess(stranger, secret), () =>
      verification.authenticate(secret, origin, { inUrl: inUrl !== undefined, retry }),
    );
    return actor instanceof Promise ? actor.then(enter).catch(countGuess) : enter(actor);
  } catch (error) {
    return countGuess(error);
  }
}

/** The same request as nobody's: for what anyone may do, and is not held to have done. */
export function asNobody(services: Services, request: FastifyRequest): Caller {
  return services.callerFor(anonymous, originOf(request));
}

/** RateLimit header fields, for a request that was counted. */
export function setRateHeaders(reply: FastifyReply, { limit, remaining, resetSeconds }: RateState): void {
  reply.header("ratelimit-limit", limit);
  reply.header("ratelimit-remaining", remaining);
  reply.header("ratelimit-reset", resetSeconds);
  if (reply.statusCode === 429) reply.header("retry-after", resetSeconds);
}

function originOf(request: FastifyRequest): Origin {
  const userAgent = request.headers["user-agent"];
  const { ip } = request;
  const peer = request.socket.remoteAddress ?? null;
  return {
    requestId: request.id,
    // A proxy may forward anything: what is no address is not taken for one.
    ip: ip === peer || isIP(ip) === 0 ? peer : ip,
    userAgent: userAgent === undefined ? null : redactBeginning(userAgent, LONGEST_USER_AGENT),
  };
}
