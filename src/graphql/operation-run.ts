import {
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLError,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isNonNullType,
  isObjectType,
  locatedError,
} from "graphql";
import type { Variables } from "./variables";

type Data = Record<string, unknown>;

export interface OperationResult {
  readonly data: Data | null;
  /** Left out: there were none. */
  readonly errors?: readonly GraphQLError[];
}

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

/** A field that is asked for, as `compileOperation` has worked it out. */
export interface FieldPlan {
  /** Its name in the answer. */
  readonly key: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly parent: GraphQLObjectType;
  readonly resolve: NonNullable<GraphQLField<unknown, unknown>["resolve"]>;
  readonly takesNull: boolean;
  /** Throws a GraphQLError when a variable does not fit. */
  readonly argumentsOf: (variables: Variables) => Data;
  readonly complete: Completion;
}
export type Plans = readonly FieldPlan[];
type PlansFor = (type: GraphQLObjectType) => Plans;
/** Puts what a resolver gave in its place, or throws. */
export type Completion = (run: OperationRun, plan: FieldPlan, place: Place, value: unknown) => void;

export function completeLeaf(type: GraphQLLeafType): Completion {
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

export function completeList(itemType: GraphQLOutputType, complete: Completion): Completion {
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

export function completeObject(type: GraphQLObjectType, plansFor: PlansFor): Completion {
  return (run, plan, place, value) => {
    if (value === null || value === undefined) run.leaveEmpty(plan, place);
    else run.object(type, plansFor, plan, place, value);
  };
}

export function completeAbstract(
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  plansFor: PlansFor,
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
export class OperationRun {
  private readonly answer: { data: Data | null } = { data: null };
  private readonly root: Place = {
    prev: undefined,
    key: "data",
    typename: undefined,
    holder: this.answer,
    takesNull: true,
    isOver: false,
  };
  private readonly errors: GraphQLError[] = [];
  /** Values that are awaited. */
  private waiting = 0;
  private end: (() => void) | null = null;

  constructor(
    private readonly operation: Pick<GraphQLResolveInfo, "schema" | "fragments" | "operation" | "rootValue">,
    readonly contextValue: unknown,
    private readonly variables: Variables,
  ) {}

  /** The fields of a query: all of them are asked before any is waited for. */
  atOnce(plans: Plans): Promise<OperationResult> {
    this.fields(plans, this.root, undefined, undefined);
    return this.result();
  }

  /** The fields of a mutation: each begins when everything beneath the one before is there. */
  async inTurn(plans: Plans): Promise<OperationResult> {
    const holder = this.open(this.root);
    for (const plan of plans) {
      if (this.root.isOver) break;
      this.ask(plan, holder, undefined, undefined);
      await this.settle();
    }
    return this.result();
  }

  private async result(): Promise<OperationResult> {
    await this.settle();
    const { data } = this.answer;
    return this.errors.length === 0 ? { data } : { data, errors: this.errors };
  }

  private async settle(): Promise<void> {
    if (this.waiting > 0) await new Promise<void>((resolve) => (this.end = resolve));
  }

  object(type: GraphQLObjectType, plansFor: PlansFor, plan: FieldPlan, place: Place, value: unknown): void {
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
      variableValues: this.variables,
    };
  }

  private fields(plans: Plans, place: Place, prev: Place | undefined, source: unknown): void {
    const holder = this.open(place);
    for (const plan of plans) this.ask(plan, holder, prev, source);
  }

  private open(place: Place): Place["holder"] {
    const holder: Place["holder"] = {};
    place.holder[place.key] = holder;
    return holder;
  }

  private ask(plan: FieldPlan, holder: Place["holder"], prev: Place | undefined, source: unknown): void {
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
      return;
    }
    this.take(plan, plan.complete, here, value);
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
