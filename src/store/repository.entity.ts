import { Entity } from "typeorm";
import { IdColumn, InstantColumn, IntegerColumn, TextColumn } from "./columns";

@Entity({ name: "repository" })
export class RepositoryEntity {
  @IdColumn() id!: number;
  @IntegerColumn("organization_id") organizationId!: number;
  @TextColumn("slug") slug!: string;
  /** The slug in lower case: unique, and what lists are sorted by. */
  @TextColumn("slug_key") slugKey!: string;
  @TextColumn("name") name!: string;
  @TextColumn("description", { nullable: true }) description!: string | null;
  @TextColumn("default_branch") defaultBranch!: string;
  @InstantColumn("created_at") createdAt!: Date;
}
