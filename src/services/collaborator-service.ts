import type { Collaborator, Repository } from "../domain/repository";
import type { RepositoryScope } from "../domain/scope";
import {
  countCollaborators,
  deleteCollaborator,
  findCollaboration,
  type KeyedCollaborator,
  listCollaborators,
  putCollaborator,
} from "../store/collaborator-store";
import type { Caller } from "./caller";
import { change } from "./change";
import type { Foundation } from "./foundation";
import { anyAccountNamed } from "./organization-service";
import { type Connection, cursors, type PageArgs, connectionTo, readPage } from "./page";
import { permit } from "./permit";
import { placeOf, repositoryNamed } from "./repository-service";

/** Keeps who has direct access to a repository, beside what roles in its organization give. */
export class CollaboratorService {
  constructor(private readonly foundation: Foundation) {}

  async setCollaborator(
    caller: Caller,
    input: { repository: string; login: string; scope: RepositoryScope },
  ): Promise<Repository> {
    return change(this.foundation, caller, async (change) => {
      const repository = await repositoryNamed(change, input.repository);
      await permit(change.authority, "Mutation.setCollaborator", repository);
      const { id: accountId } = await anyAccountNamed(change, input.login);
      const scope = await findCollaboration(change.tx, repository.id, accountId);
      if (scope === input.scope) return repository;
      await putCollaborator(change.tx, { repositoryId: repository.id, accountId, scope: input.scope });
      change.record({ action: "COLLABORATOR_SET", ...placeOf(repository), accountId, scope: input.scope });
      return repository;
    });
  }

  async removeCollaborator(
    caller: Caller,
    input: { repository: string; login: string },
  ): Promise<Repository> {
    return change(this.foundation, caller, async (change) => {
      const repository = await repositoryNamed(change, input.repository);
      await permit(change.authority, "Mutation.removeCollaborator", repository);
      const { id: accountId } = await anyAccountNamed(change, input.login);
      const scope = await findCollaboration(change.tx, repository.id, accountId);
      if (scope === null) return repository;
      // Read before it is gone: the answer shows the organization too as the one who leaves saw it.
      await change.authority.onOrganization(repository.organizationId);
      await deleteCollaborator(change.tx, repository.id, accountId);
      change.record({ action: "COLLABORATOR_REMOVED", ...placeOf(repository), accountId, scope });
      return repository;
    });
  }

  async listCollaborators(
    caller: Caller,
    repository: Repository,
    args: PageArgs,
  ): Promise<Connection<Collaborator>> {
    const slice = readPage(args, cursors.collaborators);
    await permit(caller.authority, "Repository.collaborators", repository);
    const { reader } = this.foundation.database;
    return connectionTo(slice, cursors.collaborators, {
      keyOf: (collaborator: KeyedCollaborator) => collaborator.key,
      list: (slice) => listCollaborators(reader, repository.id, slice),
      count: () => countCollaborators(reader, repository.id),
    });
  }
}
