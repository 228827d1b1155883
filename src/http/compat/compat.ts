import type { FastifyInstance } from "fastify";
import type { Services } from "../../services/services";
import { circleci } from "./circleci";
import { codacy } from "./codacy";
import { nocodb } from "./nocodb";
import { open } from "./vendor";

/** The token paths of the vendors that Tokenward takes the place of: their clients go on working (docs/compatibility.md). */
export function compatRoutes(app: FastifyInstance, services: Services): void {
  for (const vendor of [nocodb, circleci, codacy]) open(app, services, vendor);
}
