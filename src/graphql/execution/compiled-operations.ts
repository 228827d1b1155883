import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { type CompiledOperation, compileOperation } from "./compile-operation";

/** Some ten megabytes. */
const MOST_FIELDS = 20_000;

/**
 * Operations that were compiled, as long as their documents are kept, and together no more than so many fields: a short
 * document may ask for ten thousand, by fragments and by many operations. When they are too many, all are forgotten,
 * and made again when they are asked for.
 */
export class CompiledOperations {
  private kept = new WeakMap<OperationDefinitionNode, CompiledOperation | null>();
  private fields = 0;

  /** Null: it is left to graphql-js. */
  of(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): CompiledOperation | null {
    let found = this.kept.get(operation);
    if (found === undefined) {
      found = compileOperation(schema, document, operation, (fields) => {
        this.count(fields);
      });
      this.kept.set(operation, found);
    }
    return found;
  }

  private count(fields: number): void {
    this.fields += fields;
    if (this.fields <= MOST_FIELDS) return;
    this.kept = new WeakMap();
    this.fields = 0;
  }
}
