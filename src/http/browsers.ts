import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { plainHeaders } from "./credential";

/** What answers say that no hook sees: those to what is not quite a request. */
export const bareProtection = {
  "content-security-policy": "default-src 'none';frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
} as const;

/** What every answer says to browsers: nothing of ours runs scripts, is framed, or is guessed at. */
export function protect(app: FastifyInstance): void {
  app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    // A badge is shown on other sites.
    crossOriginResourcePolicy: { policy: "cross-origin" },
    frameguard: { action: "deny" },
  });
}

/** Lets the pages of these origins call the API; `*`: all pages. */
export function share(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const options = {
    origin: origins.includes("*") ? "*" : [...origins],
    methods: ["GET", "POST"],
    allowedHeaders: [
      "authorization",
      "content-type",
      "apollo-require-preflight",
      "idempotency-key",
      ...plainHeaders,
    ],
    exposedHeaders: [
      "x-request-id",
      "retry-after",
      "ratelimit-limit",
      "ratelimit-remaining",
      "ratelimit-reset",
    ],
    // Tokens are sent by the page's own code, never by the browser.
    credentials: false,
    maxAge: 600,
  };
  app.register(cors, {
    // OPTIONS that asks for nothing is a method like others: the plugin would refuse it in plain text.
    delegator: (request, decide) => {
      decide(null, { ...options, preflight: isPreflight(request) });
    },
  });
}

const isPreflight = ({ headers }: FastifyRequest): boolean =>
  headers.origin !== undefined && headers["access-control-request-method"] !== undefined;
