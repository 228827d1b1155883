import { Authorized, Field, ID, ObjectType } from "type-graphql";
import type { Repository } from "../../domain/repository";
import type { RuleName } from "../../domain/rules";
import type { RepositoryScope } from "../../domain/scope";
import { connectionOf } from "../connection";
import { RepositoryScopeEnum } from "../enums";
import { NodeInterface } from "../node/node.object";

@ObjectType("Repository", { implements: NodeInterface })
export class RepositoryObject implements Omit<Repository, "noun" | "id" | "organizationId"> {
  @Field(() => ID) id!: string;
  @Field(() => String, { description: "provider/organization/name, for example gh/codacy/docs." })
  slug!: string;
  @Field(() => String) name!: string;

  @Authorized<RuleName>("Repository.description")
  @Field(() => String, { nullable: true, description: "READ_ONLY." })
  description!: string | null;

  @Authorized<RuleName>("Repository.defaultBranch")
  @Field(() => String, { nullable: true, description: "READ_ONLY." })
  defaultBranch!: string;

  @Authorized<RuleName>("Repository.createdAt")
  @Field(() => Date, { nullable: true, description: "READ_ONLY." })
  createdAt!: Date;
}

@ObjectType("Collaborator")
export class CollaboratorObject {
  @Field(() => RepositoryScopeEnum) scope!: RepositoryScope;
}

export const RepositoryConnection = connectionOf(RepositoryObject, "Repository");
export const CollaboratorConnection = connectionOf(CollaboratorObject, "Collaborator");
