import {
  type DocumentNode,
  getNamedType,
  type GraphQLFormattedError,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  TypeInfo,
  ValidationContext,
  valueFromAST,
  type VariableDefinitionNode,
} from "graphql";
import { allowedFor } from "./allowed";

export type Variables = Readonly<Record<string, unknown>>;
/** Where a value stands, from the inside out. */
interface Place {
  readonly name: string | number;
  readonly within: Place | null;
}
type Fault = readonly [place: Place | null, allowed: string];

const MOST_FAULTS = 20;

export type CoercedVariables =
  | { readonly faults: readonly GraphQLFormattedError[]; readonly values: null }
  | { readonly faults: null; readonly values: Variables };

/**
 * The variables as resolvers get them (GraphQL, October 2021, section 6.1.2), or what is wrong with them, each fault
 * under the path of its field and with what is allowed there, never with the value: the executor's own messages repeat it.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): CoercedVariables {
  const values: Record<string, unknown> = {};
  const faults = (operation.variableDefinitions ?? []).flatMap((definition) =>
    coerceVariable(schema, definition, variables, values),
  );
  const all = faults.length > 0 ? faults : checkNulls(schema, document, operation, variables);
  return all.length > 0 ? { faults: all, values: null } : { faults: null, values };
}

/** Adds the value to `values`, if there is one. */
function coerceVariable(
  schema: GraphQLSchema,
  definition: VariableDefinitionNode,
  variables: Variables,
  values: Record<string, unknown>,
): GraphQLFormattedError[] {
  const name = definition.variable.name.value;
  const type = typeOf(schema, definition);
  if (type === undefined) return [fault(name, "must be of an input type")];
  if (!Object.hasOwn(variables, name)) {
    const { defaultValue } = definition;
    if (defaultValue !== undefined) values[name] = valueFromAST(defaultValue, type);
    else if (isNonNullType(type)) return [fault(name, `must be given, as ${String(type)}`)];
    return [];
  }
  const found: Fault[] = [];
  values[name] = coerce(variables[name], type, null, found);
  if (found.length === 0) return [];
  const isInput = isInputObjectType(getNamedType(type));
  return found.map(([place, allowed]) => {
    const path = pathOf(place);
    // Within an input the path in the argument, as in other messages.
    return fault([...(isInput && path.length > 0 ? [] : [name]), ...path].join("."), allowed);
  });
}

/** Of documents that are kept: each variable's type is looked up once. */
const types = new WeakMap<VariableDefinitionNode, GraphQLInputType>();

function typeOf(schema: GraphQLSchema, definition: VariableDefinitionNode): GraphQLInputType | undefined {
  const known = types.get(definition);
  if (known !== undefined) return known;
  const type = typeFromAST(schema, definition.type);
  if (!isInputType(type)) return undefined;
  types.set(definition, type);
  return type;
}

function pathOf(place: Place | null): (string | number)[] {
  return place === null ? [] : [...pathOf(place.within), place.name];
}

/** A value as it is taken. Adds what is wrong with it to `found`, and stops when there is enough. */
function coerce(value: unknown, type: GraphQLInputType, place: Place | null, found: Fault[]): unknown {
  if (isNonNullType(type)) {
    if (value !== null) return coerce(value, type.ofType, place, found);
    found.push([place, `must not be null, but ${String(type)}`]);
    return null;
  }
  if (value === null) return null;
  if (isListType(type)) {
    // One value stands for a list of one.
    if (!Array.isArray(value)) return [coerce(value, type.ofType, place, found)];
    const items: unknown[] = [];
    for (let name = 0; name < value.length && found.length < MOST_FAULTS; name++)
      items.push(coerce(value[name], type.ofType, { name, within: place }, found));
    return items;
  }
  if (isInputObjectType(type)) {
    if (typeof value === "object" && !Array.isArray(value))
      return coerceInside(value as Variables, type, place, found);
  } else {
    const taken = parse(value, type);
    if (taken !== undefined) return taken;
  }
  found.push([place, `must be ${allowedFor(type)}`]);
  return null;
}

function coerceInside(
  value: Variables,
  type: GraphQLInputObjectType,
  within: Place | null,
  found: Fault[],
): Variables {
  const taken: Record<string, unknown> = {};
  const fields = type.getFields();
  for (const name in fields) {
    const field = fields[name];
    if (field === undefined) continue;
    if (Object.hasOwn(value, name)) taken[name] = coerce(value[name], field.type, { name, within }, found);
    else if (field.defaultValue !== undefined) taken[name] = field.defaultValue;
    else if (isNonNullType(field.type))
      found.push([{ name, within }, `must be given, as ${String(field.type)}`]);
  }
  // A name that the schema does not know is not repeated.
  for (const name in value)
    if (!Object.hasOwn(fields, name)) {
      found.push([within, `must be ${allowedFor(type)}, and no others`]);
      break;
    }
  return taken;
}

/** Undefined: it does not fit. */
function parse(value: unknown, type: GraphQLLeafType): unknown {
  try {
    return type.parseValue(value);
  } catch {
    return undefined;
  }
}

/** A variable that may be null, for its own default is not, can still stand where null is not taken. */
function checkNulls(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): GraphQLFormattedError[] {
  const isNull = ({ variable }: VariableDefinitionNode): boolean => variables[variable.name.value] === null;
  if (operation.variableDefinitions?.some(isNull) !== true) return [];
  const context = new ValidationContext(schema, document, new TypeInfo(schema), () => undefined);
  return context
    .getRecursiveVariableUsages(operation)
    .filter(({ node, type }) => isNonNullType(type) && variables[node.name.value] === null)
    .map(({ node, type }) => fault(node.name.value, `must not be null, but ${String(type)}`));
}

const fault = (field: string, allowed: string): GraphQLFormattedError => ({
  message: `${field}: ${allowed}`,
  extensions: { code: "BAD_USER_INPUT", field },
});
