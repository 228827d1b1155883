import { Entity } from "typeorm";
import { InstantColumn, IntegerColumn, KeyColumn, KeyTextColumn, TextColumn } from "./columns";

@Entity({ name: "token_usage_day" })
export class TokenUsageDayEntity {
  @KeyColumn("token_id") tokenId!: number;
  /** Days since 1970-01-01, UTC. */
  @KeyColumn("day") day!: number;
  @IntegerColumn("count") count!: number;
}

@Entity({ name: "token_usage_client" })
export class TokenUsageClientEntity {
  @KeyColumn("token_id") tokenId!: number;
  /** Address and user agent in one, so that they are told apart when either is missing. */
  @KeyTextColumn("client_key") clientKey!: string;
  @TextColumn("ip", { nullable: true }) ip!: string | null;
  @TextColumn("user_agent", { nullable: true }) userAgent!: string | null;
  @InstantColumn("last_used_at") lastUsedAt!: Date;
  @IntegerColumn("count") count!: number;
}
