import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import type { NodeObject } from "../../services/sight";
import type { Context } from "../context";
import { parseNodeId } from "../../domain/node-id";
import { NodeInterface } from "./node.object";

@Resolver()
export class NodeResolver {
  @Query(() => NodeInterface, { nullable: true, description: "Null for a malformed, unknown or hidden id." })
  async node(
    @Arg("id", () => ID) text: string,
    @Ctx() { caller: { sight } }: Context,
  ): Promise<NodeObject | null> {
    const parsed = parseNodeId(text);
    switch (parsed?.noun) {
      case "Account":
        return sight.account(parsed.id);
      case "Organization":
        return sight.organization(parsed.id);
      case "Repository":
        return sight.repository(parsed.id);
      case "Build":
        return sight.build(parsed.id);
      case "Token":
        return sight.token(parsed.id);
      case "AuditEvent":
        return sight.auditEvent(parsed.id);
      default:
        return null;
    }
  }
}
