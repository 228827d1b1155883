import type { IncomingMessage, ServerResponse } from "node:http";
import cors from "@fastify/cors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import helmet from "helmet";
import { plainHeaders } from "./credential";

/** What answers say that no hook sees: those to what is not quite a request. */
export const bareProtection = {
  "content-security-policy": "default-src 'none';frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
} as const;

/** What the console's pages may do: run and load what this server has, and nothing that stands in the page itself. */
export const consolePolicy = policyOf({});

/** The playground's editor writes styles into the page, and its style sheet holds its fonts. */
export const playgroundPolicy = policyOf({
  "style-src": "'self' 'unsafe-inline'",
  "font-src": "'self' data:",
});

function policyOf(exceptions: Readonly<Record<string, string>>): string {
  const directives = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    ...exceptions,
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join(";");
}

/** What every other answer says to browsers: it runs no scripts, is not framed, and is not guessed at. */
export const protection = headersBy(
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    // A badge is shown on other sites.
    crossOriginResourcePolicy: { policy: "cross-origin" },
    frameguard: { action: "deny" },
  }),
);

/** The headers that helmet sets: it is asked once, because they are the same for every answer. */
function headersBy(middleware: ReturnType<typeof helmet>): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  } as unknown as ServerResponse;
  middleware({} as IncomingMessage, response, (error?: unknown) => {
    if (error !== undefined) throw error as Error;
  });
  return headers;
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
