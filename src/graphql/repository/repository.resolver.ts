import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import type { Collaborator, Repository } from "../../domain/repository";
import type { RepositoryScope } from "../../domain/scope";
import { AccountObject } from "../account/account.object";
import { AuditArgs } from "../audit-event/audit-event.input";
import { AuditEventConnection } from "../audit-event/audit-event.object";
import { BuildsArgs } from "../build/build.input";
import { BuildConnection } from "../build/build.object";
import { PageArgsInput } from "../connection";
import type { Context } from "../context";
import { BuildStatusEnum, RepositoryScopeEnum } from "../enums";
import { toNodeId } from "../../domain/node-id";
import { OrganizationObject } from "../organization/organization.object";
import { TokensArgs } from "../token/token.input";
import { TokenConnection } from "../token/token.object";
import {
  CreateRepositoryInput,
  DeleteRepositoryInput,
  DeleteRepositoryPayload,
  ImportRepositoriesInput,
  ImportRepositoriesPayload,
  RemoveCollaboratorInput,
  RenameRepositoryInput,
  RepositoryPayload,
  SetCollaboratorInput,
  UpdateRepositoryInput,
} from "./repository.input";
import { CollaboratorConnection, CollaboratorObject, RepositoryObject } from "./repository.object";

/** A repository that is shown with a fixed scope: in a verification, whoever asks sees it at STATUS. */
export type ShownRepository = Repository & { readonly viewerScope?: RepositoryScope };

@Resolver(() => RepositoryObject)
export class RepositoryResolver {
  @Query(() => RepositoryObject, { nullable: true })
  repository(@Arg("slug", () => String) slug: string, @Ctx() { caller }: Context) {
    return caller.sight.repositoryBySlug(slug);
  }

  @FieldResolver()
  id(@Root() repository: Repository): string {
    return toNodeId("Repository", repository.id);
  }

  @FieldResolver(() => RepositoryScopeEnum, { description: "The caller's scope here." })
  viewerScope(@Root() repository: ShownRepository, @Ctx() { caller }: Context) {
    return repository.viewerScope ?? caller.authority.scopeOn(repository);
  }

  @FieldResolver(() => BuildStatusEnum, {
    nullable: true,
    description:
      "Status of the newest build of the branch (left out: the default branch); null before the first.",
  })
  status(
    @Root() repository: Repository,
    @Arg("branch", () => String, { nullable: true }) branch: string | null | undefined,
    @Ctx() { services, caller }: Context,
  ) {
    return services.builds.statusOf(caller, repository, branch);
  }

  @FieldResolver(() => OrganizationObject, { nullable: true })
  organization(@Root() repository: Repository, @Ctx() { caller }: Context) {
    return caller.sight.organization(repository.organizationId);
  }

  @FieldResolver(() => BuildConnection, { nullable: true, description: "READ_ONLY." })
  builds(
    @Root() repository: Repository,
    @Args(() => BuildsArgs) args: BuildsArgs,
    @Ctx() { services, caller }: Context,
  ) {
    return services.builds.listBuilds(caller, repository, args);
  }

  @FieldResolver(() => TokenConnection, { nullable: true, description: "ADMIN." })
  tokens(
    @Root() repository: Repository,
    @Args(() => TokensArgs) args: TokensArgs,
    @Ctx() { services, caller }: Context,
  ) {
    return services.tokens.listRepositoryTokens(caller, repository, args);
  }

  @FieldResolver(() => CollaboratorConnection, { nullable: true, description: "Account tokens with ADMIN." })
  collaborators(
    @Root() repository: Repository,
    @Args(() => PageArgsInput) args: PageArgsInput,
    @Ctx() { services, caller }: Context,
  ) {
    return services.collaborators.listCollaborators(caller, repository, args);
  }

  @FieldResolver(() => AuditEventConnection, { nullable: true, description: "ADMIN." })
  auditEvents(
    @Root() repository: Repository,
    @Args(() => AuditArgs) args: AuditArgs,
    @Ctx() { services, caller }: Context,
  ) {
    return services.audit.listOfRepository(caller, repository, args);
  }

  @Mutation(() => RepositoryPayload, { nullable: true, description: "Administrators of the organization." })
  async createRepository(
    @Arg("input", () => CreateRepositoryInput) input: CreateRepositoryInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { repository: await services.repositories.createRepository(caller, input) };
  }

  @Mutation(() => ImportRepositoriesPayload, {
    nullable: true,
    description: "Administrators of the organizations.",
  })
  importRepositories(
    @Arg("input", () => ImportRepositoriesInput) input: ImportRepositoriesInput,
    @Ctx() { services, caller }: Context,
  ) {
    return services.repositories.importRepositories(caller, input);
  }

  @Mutation(() => RepositoryPayload, { nullable: true, description: "ADMIN." })
  async updateRepository(
    @Arg("input", () => UpdateRepositoryInput) input: UpdateRepositoryInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { repository: await services.repositories.updateRepository(caller, input) };
  }

  @Mutation(() => RepositoryPayload, { nullable: true, description: "Account tokens with ADMIN." })
  async renameRepository(
    @Arg("input", () => RenameRepositoryInput) input: RenameRepositoryInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { repository: await services.repositories.renameRepository(caller, input) };
  }

  @Mutation(() => DeleteRepositoryPayload, { nullable: true, description: "Account tokens with ADMIN." })
  deleteRepository(
    @Arg("input", () => DeleteRepositoryInput) input: DeleteRepositoryInput,
    @Ctx() { services, caller }: Context,
  ) {
    return services.repositories.deleteRepository(caller, input);
  }

  @Mutation(() => RepositoryPayload, { nullable: true, description: "Account tokens with ADMIN." })
  async setCollaborator(
    @Arg("input", () => SetCollaboratorInput) input: SetCollaboratorInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { repository: await services.collaborators.setCollaborator(caller, input) };
  }

  @Mutation(() => RepositoryPayload, { nullable: true, description: "Account tokens with ADMIN." })
  async removeCollaborator(
    @Arg("input", () => RemoveCollaboratorInput) input: RemoveCollaboratorInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { repository: await services.collaborators.removeCollaborator(caller, input) };
  }
}

@Resolver(() => CollaboratorObject)
export class CollaboratorResolver {
  @FieldResolver(() => AccountObject)
  account(@Root() collaborator: Collaborator, @Ctx() { caller }: Context) {
    return caller.sight.behind.account(collaborator.accountId);
  }

  @FieldResolver(() => RepositoryObject)
  repository(@Root() collaborator: Collaborator, @Ctx() { caller }: Context) {
    return caller.sight.behind.repository(collaborator.repositoryId);
  }
}
