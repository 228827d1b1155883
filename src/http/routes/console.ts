import { readFileSync } from "node:fs";
import { join } from "node:path";
import staticFiles from "@fastify/static";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { notFound } from "../../errors";
import { sendError } from "../answers";
import { consolePolicy, playgroundPolicy } from "../browsers";
import { refuseOtherMethods } from "../methods";

/** Answers with a page that is the same for everybody. */
export type SendPage = (reply: FastifyReply) => FastifyReply;

/** The console's addresses (`web/src/routes.tsx`): which pages there are below the first part is its own to know. */
const places = [
  "/",
  "/account/*",
  "/identify",
  "/repositories",
  "/repositories/*",
  "/organizations",
  "/organizations/*",
  "/site/*",
];

const both: ("GET" | "HEAD")[] = ["GET", "HEAD"];

/**
 * The console's pages and the files of both the console and the playground, out of the folder that the build made.
 * Credentials are ignored. What is not there is answered like every unknown path.
 */
export function consoleRoutes(app: FastifyInstance, folder: string): void {
  const send = page(folder, "index.html", consolePolicy);
  for (const url of places) {
    app.route({ method: both, url, handler: (_request, reply) => send(reply) });
    refuseOtherMethods(app, url, both);
  }
  app.register(async (scope) => {
    // A folder, or a way out of ours: the plugin has answers of its own.
    scope.setErrorHandler<FastifyError>((error, request, reply) => {
      if ((error.statusCode ?? 500) >= 500) throw error;
      return sendError(request, reply, notFound());
    });
    await scope.register(staticFiles, {
      root: join(folder, "assets"),
      prefix: "/assets/",
      // Their names change with what is in them.
      immutable: true,
      maxAge: "365d",
      preCompressed: true,
      dotfiles: "ignore",
      index: false,
    });
  });
  refuseOtherMethods(app, "/assets/*", both);
}

/** The playground, for whoever opens /graphql in a browser. */
export const playgroundPage = (folder: string): SendPage => page(folder, "playground.html", playgroundPolicy);

function page(folder: string, name: string, policy: string): SendPage {
  const html = readFileSync(join(folder, name), "utf8");
  return (reply) => {
    reply.header("content-security-policy", policy);
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-cache");
    return reply.type("text/html; charset=utf-8").send(html);
  };
}
