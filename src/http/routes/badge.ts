import { createHash } from "node:crypto";
import { makeBadge } from "badge-maker";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { BuildStatus } from "../../domain/build";
import { AppError } from "../../errors";
import type { Services } from "../../services/services";
import { identify } from "../identify";
import { refuseOtherMethods } from "../methods";
import { queryOf } from "../query";

export const BADGE_STYLES = ["flat", "flat-square", "plastic", "for-the-badge", "social"] as const;
type BadgeStyle = (typeof BADGE_STYLES)[number];

interface Shield {
  readonly message: string;
  readonly color: string;
}
const shields: Readonly<Record<BuildStatus, Shield>> = {
  QUEUED: { message: "queued", color: "lightgrey" },
  RUNNING: { message: "running", color: "blue" },
  SUCCESS: { message: "passing", color: "brightgreen" },
  FAILED: { message: "failing", color: "red" },
  CANCELED: { message: "canceled", color: "lightgrey" },
};
const unknown: Shield = { message: "unknown", color: "lightgrey" };

interface Badge {
  readonly svg: string;
  /** A strong validator over status and style (RFC 9110, 8.8.3). */
  readonly etag: string;
}
const drawn = new Map<string, Badge>();

/** The shield of a status. There are few: each is drawn once. */
export function badgeOf(status: BuildStatus | null, style: BadgeStyle): Badge {
  const key = `${status ?? "unknown"} ${style}`;
  let badge = drawn.get(key);
  if (badge === undefined) {
    const svg = makeBadge({ label: "build", ...(status === null ? unknown : shields[status]), style });
    badge = { svg, etag: `"${createHash("sha256").update(svg).digest("base64url").slice(0, 22)}"` };
    drawn.set(key, badge);
  }
  return badge;
}

const PATH = "/badge/:provider/:organization/:file";

/** GET /badge/{provider}/{organization}/{repository}.svg: the build status as a shield (wire.md, "Endpoints"). */
export function badgeRoute(app: FastifyInstance, services: Services): void {
  refuseOtherMethods(app, PATH, ["GET"]);
  app.get<{ Params: { provider: string; organization: string; file: string } }>(PATH, (request, reply) => {
    const { provider, organization, file } = request.params;
    if (!file.endsWith(".svg")) throw new AppError("NOT_FOUND", "not found");
    const slug = `${provider}/${organization}/${file.slice(0, -".svg".length)}`;
    sendBadge(services, request, reply, slug, {
      tokenIn: "token",
      branch: () => queryOf(request, "branch") ?? null,
      style: () => readStyle(queryOf(request, "style") ?? "flat"),
    });
  });
}

/** How a badge is asked for; what is read from the request is read when it is known who asks. */
interface BadgeQuestion {
  /** The parameter of the query that may hold the secret of a STATUS token. */
  readonly tokenIn: string;
  branch(): string | null;
  style(): BadgeStyle;
}

/** Answers with the shield of a repository. Unknown and hidden ones, and those without a build, get the same bytes. */
export function sendBadge(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  slug: string,
  question: BadgeQuestion,
): void {
  badgeFor(services, request, slug, question)
    .then(({ svg, etag }) => {
      reply.header("etag", etag).header("cache-control", "no-cache");
      // Beside Origin, where origins are listed.
      reply.header("vary", [reply.getHeader("vary") ?? [], "Authorization"].flat().join(", "));
      if (matches(request.headers["if-none-match"], etag)) reply.code(304).send();
      else reply.type("image/svg+xml; charset=utf-8").send(svg);
    })
    .catch((error: unknown) => reply.send(error));
}

async function badgeFor(
  services: Services,
  request: FastifyRequest,
  slug: string,
  question: BadgeQuestion,
): Promise<Badge> {
  // An empty one is none: then a header's is not held to be from the URL.
  const inUrl = queryOf(request, question.tokenIn);
  const caller = await identify(services, request, { inUrl: inUrl === "" ? undefined : inUrl });
  await services.rates.count(caller.subject, 1);
  const style = question.style();
  await services.verification.recordUse(caller);
  return badgeOf(await services.builds.statusBySlug(caller, slug, question.branch()), style);
}

function readStyle(text: string): BadgeStyle {
  const style = BADGE_STYLES.find((one) => one === text);
  if (style === undefined)
    throw new AppError("BAD_REQUEST", `style: must be one of ${BADGE_STYLES.join(", ")}`);
  return style;
}

/** RFC 9110, 13.1.2: weak comparison, any of a list, or `*`. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag);
}
