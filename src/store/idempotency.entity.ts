import { Entity } from "typeorm";
import { InstantColumn, IntegerColumn, KeyTextColumn, TextColumn } from "./columns";

/** What a retry of a request with an Idempotency-Key is answered from. Neither key nor credential is in it. */
@Entity({ name: "idempotency" })
export class IdempotencyEntity {
  @KeyTextColumn("key_digest") keyDigest!: string;
  /** The token presented. */
  @IntegerColumn("token_id") tokenId!: number;
  @TextColumn("input_digest") inputDigest!: string;
  /** The ids of what was made, as JSON. */
  @TextColumn("answer") answer!: string;
  /** The secrets, encrypted. */
  @TextColumn("sealed") sealed!: string;
  @InstantColumn("created_at") createdAt!: Date;
}
