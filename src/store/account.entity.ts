import { Entity } from "typeorm";
import type { AccountKind } from "../domain/account";
import { IdColumn, InstantColumn, TextColumn, TruthColumn } from "./columns";

@Entity({ name: "account" })
export class AccountEntity {
  @IdColumn() id!: number;
  @TextColumn("login") login!: string;
  /** The login in lower case: unique, and what lists are sorted by. */
  @TextColumn("login_key") loginKey!: string;
  /** Login and name in lower case, a line each: what substring searches look at. */
  @TextColumn("search_key") searchKey!: string;
  @TextColumn("name", { nullable: true }) name!: string | null;
  @TextColumn("kind") kind!: AccountKind;
  @TruthColumn("is_site_admin") isSiteAdmin!: boolean;
  @InstantColumn("created_at") createdAt!: Date;
  @InstantColumn("suspended_at", { nullable: true }) suspendedAt!: Date | null;
}
