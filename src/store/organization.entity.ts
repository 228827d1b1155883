import { Entity } from "typeorm";
import { IdColumn, InstantColumn, TextColumn } from "./columns";

@Entity({ name: "organization" })
export class OrganizationEntity {
  @IdColumn() id!: number;
  @TextColumn("slug") slug!: string;
  /** The slug in lower case: unique, and what lists are sorted by. */
  @TextColumn("slug_key") slugKey!: string;
  @TextColumn("name") name!: string;
  @InstantColumn("created_at") createdAt!: Date;
}
