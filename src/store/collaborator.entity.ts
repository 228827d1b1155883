import { Entity } from "typeorm";
import type { RepositoryScope } from "../domain/scope";
import { KeyColumn, TextColumn } from "./columns";

@Entity({ name: "collaborator" })
export class CollaboratorEntity {
  @KeyColumn("repository_id") repositoryId!: number;
  @KeyColumn("account_id") accountId!: number;
  @TextColumn("scope") scope!: RepositoryScope;
}
