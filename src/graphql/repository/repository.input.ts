import { ArgsType, Field, InputType, Int, ObjectType } from "type-graphql";
import type { RepositoryScope } from "../../domain/scope";
import type { CreateRepository, UpdateRepository } from "../../services/repository-service";
import { PageArgsInput } from "../connection";
import { RepositoryScopeEnum } from "../enums";
import { RepositoryObject } from "./repository.object";

@InputType()
export class CreateRepositoryInput implements CreateRepository {
  @Field(() => String, { description: "provider/organization/name." }) slug!: string;
  @Field(() => String, { nullable: true, description: "At most 1000 characters." }) description?:
    string | null;
  @Field(() => String, { nullable: true, defaultValue: "main", description: "1 to 255 characters." })
  defaultBranch?: string | null;
}

@InputType({ description: "description: null clears it." })
export class UpdateRepositoryInput implements UpdateRepository {
  @Field(() => String) slug!: string;
  @Field(() => String, { nullable: true, description: "At most 1000 characters." }) description?:
    string | null;
  @Field(() => String, { nullable: true, description: "1 to 255 characters." }) defaultBranch?: string | null;
}

@InputType({ description: "The old slug is free afterwards; tokens stay." })
export class RenameRepositoryInput {
  @Field(() => String) slug!: string;
  @Field(() => String, { description: "The new last part of the slug." }) name!: string;
}

@InputType({ description: "Ends its tokens; its audit lines stay." })
export class DeleteRepositoryInput {
  @Field(() => String) slug!: string;
}

@InputType({ description: "Direct access to one repository, beside what the organization role gives." })
export class SetCollaboratorInput {
  @Field(() => String, { description: "Slug." }) repository!: string;
  @Field(() => String) login!: string;
  @Field(() => RepositoryScopeEnum) scope!: RepositoryScope;
}

@InputType()
export class RemoveCollaboratorInput {
  @Field(() => String, { description: "Slug." }) repository!: string;
  @Field(() => String) login!: string;
}

@InputType({
  description:
    "1 to 1000. Missing repositories (and, for site administrators, missing organizations) are made; what exists is left as it is.",
})
export class ImportRepositoriesInput {
  @Field(() => [CreateRepositoryInput]) repositories!: CreateRepositoryInput[];
}

@ObjectType()
export class RepositoryPayload {
  @Field(() => RepositoryObject) repository!: RepositoryObject;
}

@ObjectType()
export class DeleteRepositoryPayload {
  @Field(() => Int) revokedCount!: number;
}

@ObjectType()
export class ImportRepositoriesPayload {
  @Field(() => Int) createdCount!: number;
  @Field(() => Int) existingCount!: number;
}

@ArgsType()
export class OwnRepositoriesArgs extends PageArgsInput {
  @Field(() => RepositoryScopeEnum, { nullable: true, defaultValue: "STATUS" })
  minimumScope?: RepositoryScope | null;
  @Field(() => String, { nullable: true, description: "A substring of the slug, without ASCII case." })
  query?: string | null;
}
