import {
  defaultFieldResolver,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getNullableType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLNullableType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  typeFromAST,
  TypeNameMetaFieldDef,
  valueFromAST,
  type ValueNode,
  visit,
} from "graphql";
import type { Variables } from "../variables";
import { completeAbstract, completeLeaf, completeList, completeObject, unlessNull } from "./completion";
import type { Completion, FieldPlan, OperationResult, Plans } from "./operation-plan";
import { OperationRun } from "./operation-run";

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** Runs an operation; the variables are coerced already. */
export type CompiledOperation = (contextValue: unknown, variables: Variables) => Promise<OperationResult>;

/**
 * An operation worked out once, so that a run has only to ask the resolvers and to put their answers together: which
 * fields are asked of which type, where their arguments come from, how their values are written. It answers what
 * graphql-js answers (GraphQL, October 2021, section 6), whose executor works all this out again for each run. Null for
 * what is left to that one: introspection, directives, and names that an object must not have. `onPlanned`: told how many
 * fields were worked out, now and when a run comes to a type for the first time.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  onPlanned: (fields: number) => void = () => undefined,
): CompiledOperation | null {
  const root = schema.getRootType(operation.operation);
  if (!root || !isPlain(document)) return null;
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  const plans = new Compiler(schema, fragments, onPlanned).plansOf(root, [operation.selectionSet]);
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  const about = { schema, fragments, operation, rootValue: undefined };
  return (contextValue, variables) => {
    const run = new OperationRun(about, contextValue, variables);
    return isMutation ? run.inTurn(plans) : run.atOnce(plans);
  };
}

/** Whether nothing stands in a document that is not worked out here. */
function isPlain(document: DocumentNode): boolean {
  let plain = true;
  visit(document, {
    Directive() {
      plain = false;
    },
    Field({ name, alias }) {
      const isSpecial = name.value.startsWith("__") && name.value !== TypeNameMetaFieldDef.name;
      if (isSpecial || alias?.value.startsWith("__") === true) plain = false;
    },
  });
  return plain;
}

class Compiler {
  /** By type and selections: with fragments a short document asks for the same in a thousand places. */
  private readonly known = new Map<string, Plans>();
  private readonly numbers = new Map<SelectionSetNode, number>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
    private readonly onPlanned: (fields: number) => void,
  ) {}

  /** The fields that are asked of an object type, in the order of their first mention. */
  plansOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Plans {
    const name = `${type.name} ${sets.map((set) => this.numberOf(set)).join(" ")}`;
    let plans = this.known.get(name);
    if (plans === undefined) {
      const groups = new Map<string, FieldNode[]>();
      const seen = new Set<string>();
      for (const set of sets) this.collect(type, set, groups, seen);
      plans = [...groups].map(([key, nodes]) => this.planOf(type, key, nodes));
      this.known.set(name, plans);
      this.onPlanned(plans.length);
    }
    return plans;
  }

  private numberOf(set: SelectionSetNode): number {
    const number = this.numbers.get(set) ?? this.numbers.size;
    this.numbers.set(set, number);
    return number;
  }

  private collect(
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
    groups: Map<string, FieldNode[]>,
    seen: Set<string>,
  ): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [selection]);
        else group.push(selection);
        continue;
      }
      let fragment: Pick<FragmentDefinitionNode, "typeCondition" | "selectionSet"> | undefined;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (seen.has(selection.name.value)) continue;
        seen.add(selection.name.value);
        fragment = this.fragments[selection.name.value];
      } else fragment = selection as typeof fragment;
      if (fragment !== undefined && this.applies(fragment.typeCondition, type))
        this.collect(type, fragment.selectionSet, groups, seen);
    }
  }

  private applies(
    condition: FragmentDefinitionNode["typeCondition"] | undefined,
    type: GraphQLObjectType,
  ): boolean {
    if (condition === undefined) return true;
    const wanted = typeFromAST(this.schema, condition);
    return wanted === type || (isAbstractType(wanted) && this.schema.isSubType(wanted, type));
  }

  private planOf(parent: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): FieldPlan {
    const name = nodes[0]?.name.value ?? "";
    const field = name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : parent.getFields()[name];
    if (field === undefined)
      throw new Error(`${parent.name} has no field ${name}: the document was not validated`);
    const resolve = field.resolve ?? defaultFieldResolver;
    return {
      key,
      field,
      nodes,
      parent,
      resolve,
      takesInfo: resolve.length > 3,
      takesNull: !isNonNullType(field.type),
      argumentsOf: argumentsOf(field, nodes[0] as FieldNode),
      leaf: leafOf(field.type),
      complete: this.completionOf(field.type, nodes),
    };
  }

  private completionOf(type: GraphQLOutputType, nodes: readonly FieldNode[]): Completion {
    return unlessNull(this.completionOfNullable(getNullableType(type), nodes));
  }

  private completionOfNullable(
    type: GraphQLNullableType & GraphQLOutputType,
    nodes: readonly FieldNode[],
  ): Completion {
    if (isListType(type)) return completeList(type.ofType, this.completionOf(type.ofType, nodes));
    if (isLeafType(type)) return completeLeaf(type);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    // Asked for each object: without a name to be made.
    const known = new Map<GraphQLObjectType, Plans>();
    const plansFor = (one: GraphQLObjectType): Plans => {
      let plans = known.get(one);
      if (plans === undefined) known.set(one, (plans = this.plansOf(one, sets)));
      return plans;
    };
    return isObjectType(type)
      ? completeObject(type, plansFor)
      : completeAbstract(this.schema, type, plansFor);
  }
}

function leafOf(type: GraphQLOutputType): GraphQLLeafType | null {
  const one = getNullableType(type);
  return isLeafType(one) ? one : null;
}

const none: Readonly<Record<string, unknown>> = Object.freeze({});

/** The arguments of a field by the variables; those that are all written down are read once. */
function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): FieldPlan["argumentsOf"] {
  if (field.args.length === 0) return () => none;
  const given = new Map(node.arguments?.map(({ name, value }) => [name.value, value]));
  const readers = field.args.map(({ name, type, defaultValue }) => {
    const value = given.get(name);
    if (value?.kind === Kind.VARIABLE) {
      const variable = value.name.value;
      return (variables: Variables, args: Record<string, unknown>): boolean => {
        const found = variables[variable];
        if (found !== undefined && (found !== null || !isNonNullType(type))) args[name] = found;
        else if (found === null || isNonNullType(type)) return false;
        else if (defaultValue !== undefined) args[name] = defaultValue;
        return true;
      };
    }
    const constant =
      value === undefined ? defaultValue : isScalar(value) ? valueFromAST(value, type) : undefined;
    const isKnown = constant !== undefined || (value === undefined && !isNonNullType(type));
    return (_variables: Variables, args: Record<string, unknown>): boolean => {
      if (constant !== undefined) args[name] = constant;
      return isKnown;
    };
  });
  return (variables) => {
    const args: Record<string, unknown> = {};
    for (const read of readers) if (!read(variables, args)) return getArgumentValues(field, node, variables);
    return args;
  };
}

const isScalar = ({ kind }: ValueNode): boolean =>
  kind === Kind.STRING ||
  kind === Kind.INT ||
  kind === Kind.FLOAT ||
  kind === Kind.BOOLEAN ||
  kind === Kind.ENUM;
