import { isIP } from "node:net";
import { isPublished } from "./secrets/published";
import { kindOfSecret } from "./secrets/parse";
import type { DatabaseLocation } from "./store/database";

/** One variable of the environment: how it is read, what is allowed, and its line in the manual. */
interface Variable<T> {
  readonly fallback: string | null;
  readonly allowed: string;
  readonly meaning: string;
  /** Shown instead of the fallback. */
  readonly shown?: string;
  /** Undefined: the text is not allowed. */
  parse(text: string): T | undefined;
}

const oneOf = <T extends string>(...values: readonly T[]) => ({
  allowed: values.join(", "),
  parse: (text: string): T | undefined => values.find((value) => value === text),
});

const wholeNumber = (least: number, most: number) => ({
  allowed: `a whole number from ${least} to ${most}`,
  parse(text: string): number | undefined {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? value : undefined;
  },
});

const optional = <T>(variable: { allowed: string; parse(text: string): T | undefined }) => ({
  allowed: `nothing, or ${variable.allowed}`,
  parse: (text: string): T | null | undefined => (text === "" ? null : variable.parse(text)),
});

const define = <T>(variable: Variable<T>): Variable<T> => variable;

/** The one table of variables: it drives parsing, `tokenward --help` and the README. */
export const variables = {
  HOST: define({
    fallback: "127.0.0.1",
    allowed: "an address or host name",
    meaning: "where it listens",
    parse: (text) => (/^[A-Za-z0-9.:_-]{1,255}$/.test(text) ? text : undefined),
  }),
  PORT: define({ fallback: "4000", meaning: "where it listens; 0: any free port", ...wholeNumber(0, 65535) }),
  DATABASE_URL: define({
    fallback: "sqlite:./data/tokenward.db",
    allowed: "sqlite:PATH, or postgres://USER:PASSWORD@HOST:PORT/DATABASE",
    meaning: "the database: a file that is made when it is missing, or PostgreSQL for many instances",
    parse: parseDatabaseUrl,
  }),
  BOOTSTRAP_TOKEN: define({
    fallback: null,
    shown: "made and printed",
    allowed: "a well-formed twa_ secret that is not a published test vector",
    meaning: "the first site administrator's token, used only on an empty database",
    parse: (text) => (kindOfSecret(text) === "ACCOUNT" && !isPublished(text) ? text : undefined),
  }),
  MAX_TOKENS_PER_ACCOUNT: define({
    fallback: "100",
    meaning: "live account tokens of one account",
    ...wholeNumber(1, 1_000_000),
  }),
  MAX_TOKENS_PER_REPOSITORY: define({
    fallback: "100",
    meaning: "live tokens of one repository",
    ...wholeNumber(1, 1_000_000),
  }),
  MAX_TOKEN_LIFETIME_DAYS: define({
    fallback: "",
    shown: "none",
    meaning: "the longest life of a new token; tokens that exist keep theirs",
    ...optional(wholeNumber(1, 36_500)),
  }),
  INTROSPECTION: define({
    fallback: "authenticated",
    meaning: "who may read the schema over GraphQL",
    ...oneOf("on", "authenticated", "off"),
  }),
  HANDOVER_DEADLINE_DAYS: define({
    fallback: "7",
    meaning: "how long a new token of a handover may stay unused",
    ...wholeNumber(1, 365),
  }),
  CORS_ORIGINS: define({
    fallback: "",
    shown: "none",
    allowed: "nothing, *, or origins such as https://example.com separated by commas",
    meaning: "whose pages may call the API from a browser",
    parse: parseOrigins,
  }),
  RATE_LIMIT_PER_MINUTE: define({
    fallback: "6000",
    meaning: "guesses of one token: each field at the root of an operation counts; 0: no limit",
    ...wholeNumber(0, 1_000_000_000),
  }),
  ANONYMOUS_RATE_LIMIT_PER_MINUTE: define({
    fallback: "60",
    meaning: "guesses without a good token of one address; 0: no limit",
    ...wholeNumber(0, 1_000_000_000),
  }),
  METRICS: define({
    fallback: "authenticated",
    meaning: "who may read /metrics: anyone, services and site administrators, nobody",
    ...oneOf("open", "authenticated", "off"),
  }),
  COMPAT: define({
    fallback: "on",
    meaning: "the token paths of Codacy, CircleCI and NocoDB, for their clients",
    ...oneOf("on", "off"),
  }),
  TRUST_PROXY: define({
    fallback: "off",
    allowed: "off, a number of hops from 1 to 10, or addresses and networks separated by commas",
    meaning: "whose X-Forwarded-For is believed",
    parse: parseTrustProxy,
  }),
  VERIFY_CONSISTENCY: define({
    fallback: "cached",
    meaning: "whether other instances' changes may take up to a second to reach verifications, or none",
    ...oneOf("cached", "strict"),
  }),
  LOG_LEVEL: define({
    fallback: "info",
    meaning: "JSON lines on standard output, one a request, never a secret",
    ...oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent"),
  }),
} as const;

type VariableName = keyof typeof variables;
type Parsed<N extends VariableName> = Exclude<ReturnType<(typeof variables)[N]["parse"]>, undefined>;
type Values = { readonly [N in VariableName]: Parsed<N> };

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly database: DatabaseLocation;
  readonly bootstrapToken: string | null;
  readonly maxTokensPerAccount: number;
  readonly maxTokensPerRepository: number;
  readonly maxTokenLifetimeDays: number | null;
  readonly introspection: "on" | "authenticated" | "off";
  readonly handoverDeadlineDays: number;
  readonly corsOrigins: readonly string[];
  /** Guesses of one token in a minute; 0: no limit. */
  readonly rateLimitPerMinute: number;
  /** Guesses of one address in a minute; 0: no limit. */
  readonly anonymousRateLimitPerMinute: number;
  readonly metrics: "open" | "authenticated" | "off";
  readonly compat: boolean;
  readonly trustProxy: false | number | readonly string[];
  readonly verifyConsistency: "cached" | "strict";
  readonly logLevel: string;
}

export type ConfigResult = { readonly config: Config } | { readonly faults: readonly string[] };

/** Reads the variables. All faults are found at once; a fault names what is allowed, never what was given. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ConfigResult {
  const faults: string[] = [];
  const values: Partial<Record<VariableName, unknown>> = {};
  for (const [name, variable] of Object.entries(variables) as [VariableName, Variable<unknown>][]) {
    const text = environment[name] ?? variable.fallback;
    // Set but empty is as good as not set: that is how Compose files and unit files leave a variable out.
    const given = text === "" ? variable.fallback : text;
    const value = given === null ? null : variable.parse(given);
    if (value === undefined) faults.push(`${name}: must be ${variable.allowed}`);
    values[name] = value;
  }
  return faults.length > 0 ? { faults } : { config: toConfig(values as Values) };
}

function toConfig(values: Values): Config {
  return {
    host: values.HOST,
    port: values.PORT,
    database: values.DATABASE_URL,
    bootstrapToken: values.BOOTSTRAP_TOKEN,
    maxTokensPerAccount: values.MAX_TOKENS_PER_ACCOUNT,
    maxTokensPerRepository: values.MAX_TOKENS_PER_REPOSITORY,
    maxTokenLifetimeDays: values.MAX_TOKEN_LIFETIME_DAYS,
    introspection: values.INTROSPECTION,
    handoverDeadlineDays: values.HANDOVER_DEADLINE_DAYS,
    corsOrigins: values.CORS_ORIGINS,
    rateLimitPerMinute: values.RATE_LIMIT_PER_MINUTE,
    anonymousRateLimitPerMinute: values.ANONYMOUS_RATE_LIMIT_PER_MINUTE,
    metrics: values.METRICS,
    compat: values.COMPAT === "on",
    trustProxy: values.TRUST_PROXY,
    verifyConsistency: values.VERIFY_CONSISTENCY,
    logLevel: values.LOG_LEVEL,
  };
}

/** Rows of the manual: name, default, meaning with what is allowed. */
export function describeVariables(): readonly { name: string; fallback: string; meaning: string }[] {
  return Object.entries<Variable<unknown>>(variables).map(([name, variable]) => ({
    name,
    fallback: variable.shown ?? variable.fallback ?? "none",
    meaning: `${variable.meaning} (${variable.allowed})`,
  }));
}

function parseDatabaseUrl(text: string): DatabaseLocation | undefined {
  if (/^postgres(ql)?:\/\//.test(text))
    return URL.canParse(text) ? { kind: "postgres", url: text } : undefined;
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/s.exec(text)?.[1];
  if (path === undefined || path.includes("\0") || path === ":memory:") return undefined;
  return { kind: "sqlite", path };
}

function parseOrigins(text: string): readonly string[] | undefined {
  if (text === "") return [];
  const origins = text.split(",").map((part) => part.trim());
  const isOrigin = (origin: string): boolean =>
    /^https?:\/\//.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;
  return origins.every((origin) => origin === "*" || isOrigin(origin)) ? origins : undefined;
}

function parseTrustProxy(text: string): false | number | readonly string[] | undefined {
  if (text === "off") return false;
  if (/^\d+$/.test(text)) return Number(text) >= 1 && Number(text) <= 10 ? Number(text) : undefined;
  const networks = text.split(",").map((part) => part.trim());
  return networks.every(isNetwork) ? networks : undefined;
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** A variable that is no part of the server's configuration: the import client's. */
export function environmentVariable(name: "TOKENWARD_URL" | "TOKENWARD_TOKEN"): string | undefined {
  return process.env[name];
}
