import { Entity } from "typeorm";
import type { BuildStatus } from "../domain/build";
import { IdColumn, InstantColumn, IntegerColumn, TextColumn } from "./columns";

@Entity({ name: "build" })
export class BuildEntity {
  @IdColumn() id!: number;
  @IntegerColumn("repository_id") repositoryId!: number;
  @IntegerColumn("number") number!: number;
  @TextColumn("branch") branch!: string;
  @TextColumn("commit_sha") commit!: string;
  @TextColumn("status") status!: BuildStatus;
  @TextColumn("url", { nullable: true }) url!: string | null;
  @InstantColumn("reported_at") reportedAt!: Date;
}
