import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { getComplexity } from "graphql-query-complexity";
import { AppError } from "../errors";

/** The limits of a document, which the console's own and every bulk operation fit into with room to spare. */
export const limits = {
  tokens: 4000,
  /** Fields in one selection set, those of its fragments, aliases and duplicates counted. */
  fields: 100,
  depth: 10,
  /** Below `__schema` and `__type`: the usual introspection query is as deep. */
  introspectionDepth: 15,
  directives: 5,
  cost: 10_000,
} as const;

const tooComplex = (what: string): AppError => new AppError("QUERY_TOO_COMPLEX", `the document has ${what}`);

/**
 * Throws QUERY_TOO_COMPLEX for a document that is too broad, too deep, or has too many directives in one place. Needs
 * no schema, takes time in proportion to the document, and is done before validation, which may take much more.
 */
export function checkShape(document: DocumentNode): void {
  const sizes = new Sizes(document);
  visit(document, {
    enter(node) {
      if ("directives" in node && (node.directives?.length ?? 0) > limits.directives) {
        throw tooComplex(`more than ${limits.directives} directives in one place`);
      }
      if (node.kind === Kind.SELECTION_SET && sizes.fieldsIn(node) > limits.fields) {
        throw tooComplex(`more than ${limits.fields} fields in a selection`);
      }
      if (node.kind === Kind.OPERATION_DEFINITION) {
        const plain = sizes.depthOf(node.selectionSet, "plain");
        const introspection = sizes.depthOf(node.selectionSet, "introspection");
        if (plain > limits.depth || introspection > limits.introspectionDepth) {
          throw tooComplex(`more than ${limits.depth} levels (introspection: ${limits.introspectionDepth})`);
        }
      }
    },
  });
}

type RootFields = "plain" | "introspection" | "all";

/** Sizes of selection sets with their fragments, each fragment measured once. A cycle is validation's to refuse. */
class Sizes {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly fields = new Map<SelectionSetNode, number>();
  private readonly depths: Readonly<Record<RootFields, Map<SelectionSetNode, number>>> = {
    plain: new Map(),
    introspection: new Map(),
    all: new Map(),
  };

  constructor(document: DocumentNode) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
  }

  fieldsIn(set: SelectionSetNode): number {
    const known = this.fields.get(set);
    if (known !== undefined) return known;
    this.fields.set(set, 0);
    let count = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) count += 1;
      else count += this.inside(selection, (inner) => this.fieldsIn(inner));
    }
    this.fields.set(set, count);
    return count;
  }

  /** Levels of fields below a selection set: of all its fields, or of those root fields alone that introspect or do not. */
  depthOf(set: SelectionSetNode, which: RootFields = "all"): number {
    const known = this.depths[which].get(set);
    if (known !== undefined) return known;
    // Also the end of a cycle.
    this.depths[which].set(set, 0);
    let depth = 0;
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FIELD) {
        depth = Math.max(
          depth,
          this.inside(selection, (inner) => this.depthOf(inner, which)),
        );
      } else if (which === "all" || isIntrospection(selection.name.value) === (which === "introspection")) {
        depth = Math.max(depth, 1 + (selection.selectionSet ? this.depthOf(selection.selectionSet) : 0));
      }
    }
    this.depths[which].set(set, depth);
    return depth;
  }

  private inside(
    spread: Exclude<SelectionSetNode["selections"][number], { kind: Kind.FIELD }>,
    measure: (set: SelectionSetNode) => number,
  ): number {
    if (spread.kind === Kind.INLINE_FRAGMENT) return measure(spread.selectionSet);
    const fragment = this.fragments.get(spread.name.value);
    return fragment ? measure(fragment.selectionSet) : 0;
  }
}

const isIntrospection = (field: string): boolean => field === "__schema" || field === "__type";

/**
 * Throws QUERY_TOO_COMPLEX for an operation that costs too much: a field costs 1, times the `first` of every list
 * above it. The document must be valid and the variables must fit.
 */
export class CostLimit {
  /** Costs that no variable can change, by operation. */
  private readonly known = new WeakMap<OperationDefinitionNode, number>();

  constructor(private readonly schema: GraphQLSchema) {}

  check(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
  ): void {
    let cost = this.known.get(operation);
    if (cost === undefined) {
      cost = this.costOf(document, operation, variables);
      if (!hasVariableCost(document)) this.known.set(operation, cost);
    }
    if (cost > limits.cost) throw tooComplex(`a cost above ${limits.cost}: ask for less at once`);
  }

  private costOf(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
  ): number {
    try {
      return getComplexity({
        schema: this.schema,
        query: document,
        operationName: operation.name?.value,
        variables,
        estimators: [({ args, childComplexity }) => 1 + listSize(args) * childComplexity],
      });
    } catch {
      // It gives up on a document with too many nodes.
      return Infinity;
    }
  }
}

/** A `first` out of range is refused before the list is read. */
function listSize(args: Readonly<Record<string, unknown>>): number {
  if (!("first" in args)) return 1;
  return typeof args.first === "number" ? Math.min(Math.max(args.first, 1), 100) : 50;
}

/** Whether a variable decides how long a list is, or whether a field is there. */
function hasVariableCost(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Argument(node) {
      const decides = node.name.value === "first" || node.name.value === "if";
      if (decides && node.value.kind === Kind.VARIABLE) found = true;
    },
  });
  return found;
}
