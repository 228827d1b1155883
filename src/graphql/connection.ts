import { ArgsType, type ClassType, Field, Int, ObjectType } from "type-graphql";
import type { Connection, Page } from "../services/page";

@ArgsType()
export class PageArgsInput {
  @Field(() => Int, { nullable: true, defaultValue: 50, description: "1 to 100." })
  first?: number | null;

  @Field(() => String, { nullable: true, description: "A cursor of this list: the page behind it." })
  after?: string | null;
}

@ObjectType("PageInfo")
export class PageInfoObject {
  @Field(() => Boolean) hasNextPage!: boolean;
  @Field(() => Boolean, { description: "Whether after was given." }) hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true }) startCursor!: string | null;
  @Field(() => String, { nullable: true }) endCursor!: string | null;
}

/** The connection and edge types of one kind of node (Relay's cursor connections, forward only). */
export function connectionOf<T extends object>(node: ClassType<T>, name: string) {
  @ObjectType(`${name}Edge`)
  class EdgeObject {
    @Field(() => String) cursor!: string;
    @Field(() => node) node!: T;
  }

  @ObjectType(`${name}Connection`)
  class ConnectionObject implements Connection<T> {
    page!: () => Promise<Page<T>>;
    total!: () => Promise<number>;

    @Field(() => [EdgeObject]) async edges(): Promise<readonly EdgeObject[]> {
      return (await this.page()).edges;
    }

    @Field(() => [node]) async nodes(): Promise<T[]> {
      return (await this.page()).edges.map((edge) => edge.node);
    }

    @Field(() => PageInfoObject) async pageInfo(): Promise<PageInfoObject> {
      const { edges, hasNextPage, hasPreviousPage } = await this.page();
      return {
        hasNextPage,
        hasPreviousPage,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      };
    }

    @Field(() => Int, { description: "Exact; counts what the caller may see." })
    totalCount(): Promise<number> {
      return this.total();
    }
  }
  return ConnectionObject;
}
