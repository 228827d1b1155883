import type {
  FieldNode,
  GraphQLError,
  GraphQLField,
  GraphQLLeafType,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLResolveInfo,
  GraphQLSchema,
} from "graphql";
import type { Variables } from "../variables";

type Data = Record<string, unknown>;

export interface OperationResult {
  readonly data: Data | null;
  /** Left out: there were none. */
  readonly errors?: readonly GraphQLError[];
}

/** What is the same for all fields of an operation. */
export type About = Pick<GraphQLResolveInfo, "schema" | "fragments" | "operation" | "rootValue">;

/** Where a value goes in the answer. Also its path, as GraphQL's own executor has it. */
export interface Place {
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
  /** Whether the resolver names the fourth parameter. */
  readonly takesInfo: boolean;
  readonly takesNull: boolean;
  /** Its type, where that is one that is written as it is; null: a list or an object. */
  readonly leaf: GraphQLLeafType | null;
  /** Throws a GraphQLError when a variable does not fit. */
  readonly argumentsOf: (variables: Variables) => Data;
  readonly complete: Completion;
}
export type Plans = readonly FieldPlan[];
export type PlansFor = (type: GraphQLObjectType) => Plans;
/** What completions need of a run. */
export interface Running {
  readonly contextValue: unknown;
  /** Completes a value, now or when it is there. */
  take(plan: FieldPlan, complete: Completion, place: Place, value: unknown): void;
  object(type: GraphQLObjectType, plansFor: PlansFor, plan: FieldPlan, place: Place, value: unknown): void;
  /** A value is null: where it must not be, that is an error. */
  leaveEmpty(plan: FieldPlan, place: Place): void;
  infoFor(plan: FieldPlan, place: Place): GraphQLResolveInfo;
}

/** Puts what a resolver gave in its place, or throws. */
export type Completion = (run: Running, plan: FieldPlan, place: Place, value: unknown) => void;

export function placeOf(
  { key, parent, takesNull }: FieldPlan,
  holder: Place["holder"],
  prev: Place | undefined,
): Place {
  return { prev, key, typename: parent.name, holder, takesNull, isOver: false };
}

/** What resolvers are told of the field, if they ask. */
export class Info implements GraphQLResolveInfo {
  constructor(
    private readonly about: About,
    private readonly variables: Variables,
    private readonly plan: FieldPlan,
    private readonly prev: Place | undefined,
  ) {}

  get fieldName(): string {
    return this.plan.field.name;
  }
  get fieldNodes(): readonly FieldNode[] {
    return this.plan.nodes;
  }
  get returnType(): GraphQLOutputType {
    return this.plan.field.type;
  }
  get parentType(): GraphQLObjectType {
    return this.plan.parent;
  }
  get path(): GraphQLResolveInfo["path"] {
    return { prev: this.prev, key: this.plan.key, typename: this.plan.parent.name };
  }
  get schema(): GraphQLSchema {
    return this.about.schema;
  }
  get fragments(): GraphQLResolveInfo["fragments"] {
    return this.about.fragments;
  }
  get rootValue(): unknown {
    return this.about.rootValue;
  }
  get operation(): GraphQLResolveInfo["operation"] {
    return this.about.operation;
  }
  get variableValues(): Record<string, unknown> {
    return this.variables;
  }
}
