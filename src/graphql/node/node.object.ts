import { Field, ID, InterfaceType } from "type-graphql";
import type { NodeObject } from "../../services/sight";

@InterfaceType("Node", {
  description: "Ids are opaque and global.",
  resolveType: (value: NodeObject) => value.noun,
})
export abstract class NodeInterface {
  @Field(() => ID) id!: string;
}
