import { Entity } from "typeorm";
import type { OrganizationRole } from "../domain/organization";
import { KeyColumn, TextColumn } from "./columns";

@Entity({ name: "membership" })
export class MembershipEntity {
  @KeyColumn("organization_id") organizationId!: number;
  @KeyColumn("account_id") accountId!: number;
  @TextColumn("role") role!: OrganizationRole;
}
