import "reflect-metadata";
import type { GraphQLSchema } from "graphql";
import { buildSchemaSync } from "type-graphql";
import { AccountResolver } from "./account/account.resolver";
import { AuditEventResolver } from "./audit-event/audit-event.resolver";
import { AppError } from "../errors";
import { authChecker } from "./auth-checker";
import type { Context } from "./context";
import { BuildResolver } from "./build/build.resolver";
import { findUnruled } from "./closed-world";
import { DateTime } from "./date-time";
import { resolveDirectly } from "./direct-resolvers";
import { cutLongLists } from "./long-lists";
import { NodeResolver } from "./node/node.resolver";
import { MembershipResolver, OrganizationResolver } from "./organization/organization.resolver";
import { CollaboratorResolver, RepositoryResolver } from "./repository/repository.resolver";
import { shareLists } from "./shared-lists";
import { TokenImportResolver } from "./token/token-import.resolver";
import { TokenResolver } from "./token/token.resolver";
import { VerificationResolver } from "./verification/verification.resolver";
import { ViewerResolver } from "./viewer/viewer.resolver";

/** The executable schema. Throws when a field of it has neither a rule nor a place on the public list. */
export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      AccountResolver,
      AuditEventResolver,
      BuildResolver,
      CollaboratorResolver,
      MembershipResolver,
      NodeResolver,
      OrganizationResolver,
      RepositoryResolver,
      TokenImportResolver,
      TokenResolver,
      VerificationResolver,
      ViewerResolver,
    ],
    scalarsMap: [{ type: Date, scalar: DateTime }],
    authChecker,
    validate: false,
  });
  const unruled = findUnruled(schema);
  if (unruled.length > 0) throw new Error(`the schema is not closed:\n${unruled.join("\n")}`);
  resolveDirectly(schema);
  cutLongLists(schema);
  shareLists(schema);
  wrapMutations(schema);
  return schema;
}

/** Judges every field of Mutation afresh, whatever its input, then counts and times it. */
function wrapMutations(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { name, resolve } = field;
    if (resolve === undefined) continue;
    field.resolve = async (source, args, context: Context, info): Promise<unknown> => {
      const start = performance.now();
      const done = (outcome: "done" | "refused" | "failed"): void => {
        context.services.metrics.mutated(name, outcome, (performance.now() - start) / 1000);
      };
      try {
        await context.services.verification.confirm(context.caller);
        const result: unknown = await resolve(source, args, context, info);
        done("done");
        return result;
      } catch (error) {
        done(error instanceof AppError && error.cause === undefined ? "refused" : "failed");
        throw error;
      }
    };
  }
}
