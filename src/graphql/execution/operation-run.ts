import { type GraphQLError, type GraphQLObjectType, type GraphQLResolveInfo, locatedError } from "graphql";
import type { Variables } from "../variables";
import { written } from "./completion";
import {
  type About,
  type Completion,
  type FieldPlan,
  Info,
  type OperationResult,
  type Place,
  placeOf,
  type Plans,
  type PlansFor,
  type Running,
} from "./operation-plan";

/** One run of an operation. */
export class OperationRun implements Running {
  private readonly answer: { data: OperationResult["data"] } = { data: null };
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
    private readonly operation: About,
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
    if (!isThenable(value)) {
      this.finish(plan, complete, place, value);
      return;
    }
    this.waiting += 1;
    value.then(
      (result) => {
        this.finish(plan, complete, place, result);
        this.arrive();
      },
      (error: unknown) => {
        this.fail(plan, place, error);
        this.arrive();
      },
    );
  }

  private finish(plan: FieldPlan, complete: Completion, place: Place, value: unknown): void {
    try {
      if (value instanceof Error) throw value;
      complete(this, plan, place, value);
    } catch (error) {
      this.fail(plan, place, error);
    }
  }

  /** A value is null: where it must not be, that is an error. */
  leaveEmpty({ parent, field }: FieldPlan, place: Place): void {
    if (!place.takesNull) throw new Error(`null for ${parent.name}.${field.name}, which is never null`);
    place.holder[place.key] = null;
  }

  infoFor(plan: FieldPlan, { prev }: Place): GraphQLResolveInfo {
    return new Info(this.operation, this.variables, plan, prev);
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
    const { key, leaf } = plan;
    // Keys stand in the order of the document, whatever arrives first.
    holder[key] = null;
    let value: unknown;
    try {
      const info = plan.takesInfo ? new Info(this.operation, this.variables, plan, prev) : none;
      value = plan.resolve(source, plan.argumentsOf(this.variables), this.contextValue, info);
      // Most fields are leaves that are there at once: nobody needs to know where they stand.
      if (leaf !== null && value !== null && value !== undefined && !isThenable(value)) {
        holder[key] = written(leaf, value);
        return;
      }
    } catch (error) {
      this.fail(plan, placeOf(plan, holder, prev), error);
      return;
    }
    this.take(plan, plan.complete, placeOf(plan, holder, prev), value);
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

/** For resolvers that do not take it. */
const none = undefined as unknown as GraphQLResolveInfo;

function pathTo(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.prev) path.unshift(at.key);
  return path;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
