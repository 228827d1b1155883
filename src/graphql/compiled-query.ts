import {
  defaultFieldResolver,
  defaultTypeResolver,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  type GraphQLAbstractType,
  type GraphQLError,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  locatedError,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  typeFromAST,
  TypeNameMetaFieldDef,
  valueFromAST,
  type ValueNode,
  visit,
} from "graphql";
import type { Variables } from "./variables";

type Data = Record<string, unknown>;
type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

export interface QueryResult {
  readonly data: Data | null;
  /** Left out: there were none. */
  readonly errors?: readonly GraphQLError[];
}

/** Runs an operation; the variables are coerced already. */
export type CompiledQuery = (contextValue: unknown, variables: Variables) => Promise<QueryResult>;

/** Where a value goes in the answer. Also its path, as GraphQL's own executor has it. */
interface Place {
  readonly prev: Place | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
  readonly holder: Record<string | number, unknown>;
  readonly takesNull: boolean;
  /** An error beneath has made this null: errors beneath are no longer told. */
  isOver: boolean;
}

interface FieldPlan {
  readonly key: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly parent: GraphQLObjectType;
  readonly resolve: NonNullable<GraphQLField<unknown, unknown>["resolve"]>;
  readonly takesNull: boolean;
  readonly argumentsOf: (variables: Variables) => Record<string, unknown>;
  readonly complete: Completion;
}
type Completion = (run: Run, plan: FieldPlan, place: Place, value: unknown) => void;
type Plans = readonly FieldPlan[];

/**
 * An operation worked out once, so that a run has only to ask the resolvers and to put their answers together: which
 * fields are asked of which type, where their arguments come from, how their values are written. It answers what
 * graphql-js answers (GraphQL, October 2021, section 6), whose executor works all this out again for each run. Null for
 * what is left to that one: mutations, introspection, directives, and names that an object must not have.
 */
export function compileQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledQuery | null {
  const root = schema.getQueryType();
  if (operation.operation !== OperationTypeNode.QUERY || !root || !isPlain(document)) return null;
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  const plans = new Compiler(schema, fragments).plansOf(root, [operation.selectionSet]);
  return (contextValue, variables) =>
    new Run({ schema, fragments, operation, rootValue: undefined }, contextValue, variables).start(plans);
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
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
  ) {}

  /** The fields that are asked of an object type, in the order of their first mention. */
  plansOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Plans {
    const groups = new Map<string, FieldNode[]>();
    const seen = new Set<string>();
    for (const set of sets) this.collect(type, set, groups, seen);
    return [...groups].map(([key, nodes]) => this.planOf(type, key, nodes));
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
    return {
      key,
      field,
      nodes,
      parent,
      resolve: field.resolve ?? defaultFieldResolver,
      takesNull: !isNonNullType(field.type),
      argumentsOf: argumentsOf(field, nodes[0] as FieldNode),
      complete: this.completionOf(field.type, nodes),
    };
  }

  private completionOf(type: GraphQLOutputType, nodes: readonly FieldNode[]): Completion {
    if (isNonNullType(type)) return this.completionOf(type.ofType, nodes);
    if (isListType(type)) return completeList(type.ofType, this.completionOf(type.ofType, nodes));
    if (isLeafType(type)) return completeLeaf(type);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
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

const none: Readonly<Record<string, unknown>> = Object.freeze({});

/** The arguments of a field by the variables; those that are all written down are read once. */
function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): FieldPlan["argumentsOf"] {
  if (field.args.length === 0) return () => none as Record<string, unknown>;
  const given = new Map(node.arguments?.map(({ name, value }) => [name.value, value]));
  const readers = field.args.map(({ name, type, defaultValue }) => {
    const value = given.get(name);
    if (value?.kind === Kind.VARIABLE) {
      const variable = value.name.value;
      return (variables: Variables, args: Data): boolean => {
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
    return (_variables: Variables, args: Data): boolean => {
      if (constant !== undefined) args[name] = constant;
      return isKnown;
    };
  });
  return (variables) => {
    const args: Data = {};
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

function completeLeaf(type: GraphQLLeafType): Completion {
  return (run, plan, place, value) => {
    if (value === null || value === undefined) {
      run.leaveEmpty(plan, place);
      return;
    }
    const written = type.serialize(value);
    if (written === null || written === undefined) throw new Error(`${type.name} cannot write a value down`);
    place.holder[place.key] = written;
  };
}

function completeList(itemType: GraphQLOutputType, complete: Completion): Completion {
  const takesNull = !isNonNullType(itemType);
  return (run, plan, place, value) => {
    if (value === null || value === undefined) {
      run.leaveEmpty(plan, place);
      return;
    }
    if (typeof value !== "object" || !(Symbol.iterator in value))
      throw new Error(`${plan.parent.name}.${plan.field.name} is no list`);
    const items: unknown[] = [];
    place.holder[place.key] = items;
    const holder = items as unknown as Place["holder"];
    let key = 0;
    for (const item of value as Iterable<unknown>) {
      items.push(null);
      run.take(
        plan,
        complete,
        { prev: place, key, typename: undefined, holder, takesNull, isOver: false },
        item,
      );
      key += 1;
    }
  };
}

function completeObject(type: GraphQLObjectType, plansFor: (type: GraphQLObjectType) => Plans): Completion {
  return (run, plan, place, value) => {
    if (value === null || value === undefined) run.leaveEmpty(plan, place);
    else run.object(type, plansFor, plan, place, value);
  };
}

function completeAbstract(
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  plansFor: (type: GraphQLObjectType) => Plans,
): Completion {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return (run, plan, place, value) => {
    if (value === null || value === undefined) {
      run.leaveEmpty(plan, place);
      return;
    }
    const complete: Completion = (_run, _plan, _place, name) => {
      const found = typeof name === "string" ? schema.getType(name) : undefined;
      if (!isObjectType(found) || !schema.isSubType(type, found))
        throw new Error(`a ${type.name} is of no known type`);
      run.object(found, plansFor, plan, place, value);
    };
    run.take(plan, complete, place, resolveType(value, run.contextValue, run.infoFor(plan, place), type));
  };
}

/** One run of an operation. */
class Run {
  private readonly answer: { data: Data | null } = { data: null };
  private readonly root: Place = {
    prev: undefined,
    key: "data",
    typename: undefined,
    holder: this.answer as unknown as Place["holder"],
    takesNull: true,
    isOver: false,
  };
  private readonly errors: GraphQLError[] = [];
  /** Values that are awaited, and one for the beginning. */
  private waiting = 1;
  private end: (() => void) | null = null;

  constructor(
    private readonly operation: Pick<GraphQLResolveInfo, "schema" | "fragments" | "operation" | "rootValue">,
    readonly contextValue: unknown,
    private readonly variables: Variables,
  ) {}

  async start(plans: Plans): Promise<QueryResult> {
    this.fields(plans, this.root, undefined, undefined);
    this.waiting -= 1;
    if (this.waiting > 0) await new Promise<void>((resolve) => (this.end = resolve));
    const { data } = this.answer;
    return this.errors.length === 0 ? { data } : { data, errors: this.errors };
  }

  object(
    type: GraphQLObjectType,
    plansFor: (type: GraphQLObjectType) => Plans,
    plan: FieldPlan,
    place: Place,
    value: unknown,
  ): void {
    const plans = plansFor(type);
    if (!type.isTypeOf) {
      this.fields(plans, place, place, value);
      return;
    }
    const complete: Completion = (_run, _plan, _place, isOne) => {
      if (isOne !== true) throw new Error(`a value is no ${type.name}`);
      this.fields(plans, place, place, value);
    };
    this.take(plan, complete, place, type.isTypeOf(value, this.contextValue, this.infoFor(plan, place)));
  }

  /** Completes a value, now or when it is there. */
  take(plan: FieldPlan, complete: Completion, place: Place, value: unknown): void {
    try {
      if (value instanceof Promise || isThenable(value)) {
        this.waiting += 1;
        value.then(
          (result) => {
            try {
              if (result instanceof Error) throw result;
              complete(this, plan, place, result);
            } catch (error) {
              this.fail(plan, place, error);
            }
            this.arrive();
          },
          (error: unknown) => {
            this.fail(plan, place, error);
            this.arrive();
          },
        );
      } else {
        if (value instanceof Error) throw value;
        complete(this, plan, place, value);
      }
    } catch (error) {
      this.fail(plan, place, error);
    }
  }

  /** A value is null: where it must not be, that is an error. */
  leaveEmpty({ parent, field }: FieldPlan, place: Place): void {
    if (!place.takesNull) throw new Error(`null for ${parent.name}.${field.name}, which is never null`);
    place.holder[place.key] = null;
  }

  infoFor({ field, nodes, parent }: FieldPlan, path: Place): GraphQLResolveInfo {
    const { schema, fragments, operation, rootValue } = this.operation;
    return {
      fieldName: field.name,
      fieldNodes: nodes,
      returnType: field.type,
      parentType: parent,
      path,
      schema,
      fragments,
      rootValue,
      operation,
      variableValues: this.variables as Record<string, unknown>,
    };
  }

  private fields(plans: Plans, place: Place, prev: Place | undefined, source: unknown): void {
    const holder: Place["holder"] = {};
    place.holder[place.key] = holder;
    for (const plan of plans) {
      const { key, parent, takesNull } = plan;
      // Keys stand in the order of the document, whatever arrives first.
      holder[key] = null;
      const here: Place = { prev, key, typename: parent.name, holder, takesNull, isOver: false };
      let value: unknown;
      try {
        const args = plan.argumentsOf(this.variables);
        value = plan.resolve(source, args, this.contextValue, this.infoFor(plan, here));
      } catch (error) {
        this.fail(plan, here, error);
        continue;
      }
      this.take(plan, plan.complete, here, value);
    }
  }

  /** Tells the error, and puts null there, or in the nearest place around it that takes null. */
  private fail({ nodes }: FieldPlan, place: Place, cause: unknown): void {
    for (let at: Place | undefined = place; at !== undefined; at = this.around(at)) if (at.isOver) return;
    this.errors.push(locatedError(cause, nodes, pathTo(place)));
    let taken = place;
    while (!taken.takesNull) taken = this.around(taken) ?? this.root;
    taken.isOver = true;
    taken.holder[taken.key] = null;
  }

  /** What a place stands in: in the end the data itself, which may be null. */
  private around(place: Place): Place | undefined {
    return place.prev ?? (place === this.root ? undefined : this.root);
  }

  private arrive(): void {
    this.waiting -= 1;
    if (this.waiting === 0) this.end?.();
  }
}

function pathTo(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.prev) path.unshift(at.key);
  return path;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
