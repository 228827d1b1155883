import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { Completion, Place, PlansFor } from "./operation-plan";

/** Throws for what the type does not take, errors among them. */
export function written(type: GraphQLLeafType, value: unknown): unknown {
  if (value instanceof Error) throw value;
  const text = type.serialize(value);
  if (text === null || text === undefined) throw new Error(`${type.name} cannot write a value down`);
  return text;
}

/** Null stays null, or is an error; anything else is completed. */
export function unlessNull(complete: Completion): Completion {
  return (run, plan, place, value) => {
    if (value === null || value === undefined) run.leaveEmpty(plan, place);
    else complete(run, plan, place, value);
  };
}

export function completeLeaf(type: GraphQLLeafType): Completion {
  return (_run, _plan, place, value) => {
    place.holder[place.key] = written(type, value);
  };
}

export function completeList(itemType: GraphQLOutputType, complete: Completion): Completion {
  const takesNull = !isNonNullType(itemType);
  return (run, plan, place, value) => {
    if (typeof value !== "object" || value === null || !(Symbol.iterator in value))
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
    run.object(type, plansFor, plan, place, value);
  };
}

export function completeAbstract(
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  plansFor: PlansFor,
): Completion {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return (run, plan, place, value) => {
    const complete: Completion = (_run, _plan, _place, name) => {
      const found = typeof name === "string" ? schema.getType(name) : undefined;
      if (!isObjectType(found) || !schema.isSubType(type, found))
        throw new Error(`a ${type.name} is of no known type`);
      run.object(found, plansFor, plan, place, value);
    };
    run.take(plan, complete, place, resolveType(value, run.contextValue, run.infoFor(plan, place), type));
  };
}
