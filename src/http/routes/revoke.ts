import type { FastifyInstance } from "fastify";
import type { Services } from "../../services/services";
import { refuseOtherMethods } from "../methods";
import { formOf, required, takeForms } from "../form";
import { asNobody, identify } from "../identify";

/** POST /revoke: token revocation (RFC 7009). 200 whether the token existed or not; holding it is the permission. */
export function revokeRoute(app: FastifyInstance, services: Services): void {
  app.register((scope, _options, done) => {
    takeForms(scope);
    scope.post("/revoke", async (request, reply) => {
      reply.header("cache-control", "no-store");
      const form = formOf(request.body);
      const caller = await identify(services, request);
      await services.rates.count(caller.subject, 1);
      const secret = required(form, "token");
      await services.verification.recordUse(caller);
      await services.revocation.revokeBySecret(asNobody(services, request), secret);
      return reply.send();
    });
    refuseOtherMethods(scope, "/revoke", ["POST"]);
    done();
  });
}
