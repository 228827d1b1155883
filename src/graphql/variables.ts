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
  isRequiredInputField,
  type OperationDefinitionNode,
  typeFromAST,
  TypeInfo,
  ValidationContext,
  type VariableDefinitionNode,
} from "graphql";
import { allowedFor } from "./allowed";

type Variables = Readonly<Record<string, unknown>>;
/** Where a value stands, from the inside out. */
interface Place {
  readonly name: string | number;
  readonly within: Place | null;
}
type Fault = readonly [place: Place | null, allowed: string];

const MOST_FAULTS = 20;

/**
 * What is wrong with the variables, each fault under the path of its field and with what is allowed there, never with
 * the value. [] : they fit. The executor coerces them again: its own messages repeat the value.
 */
export function checkVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): GraphQLFormattedError[] {
  const faults = (operation.variableDefinitions ?? []).flatMap((definition) =>
    checkVariable(schema, definition, variables),
  );
  return faults.length > 0 ? faults : checkNulls(schema, document, operation, variables);
}

function checkVariable(
  schema: GraphQLSchema,
  definition: VariableDefinitionNode,
  variables: Variables,
): GraphQLFormattedError[] {
  const name = definition.variable.name.value;
  const type = typeOf(schema, definition);
  if (type === undefined) return [fault(name, "must be of an input type")];
  if (!Object.hasOwn(variables, name)) {
    return isNonNullType(type) && definition.defaultValue === undefined
      ? [fault(name, `must be given, as ${String(type)}`)]
      : [];
  }
  const found: Fault[] = [];
  look(variables[name], type, null, found);
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

/** Adds what is wrong with a value to `found`, and stops when there is enough. */
function look(value: unknown, type: GraphQLInputType, place: Place | null, found: Fault[]): void {
  if (isNonNullType(type)) {
    if (value === null) found.push([place, `must not be null, but ${String(type)}`]);
    else look(value, type.ofType, place, found);
  } else if (value === null) {
    return;
  } else if (isListType(type)) {
    // One value stands for a list of one.
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    if (!Array.isArray(value)) look(value, type.ofType, place, found);
    for (let name = 0; name < items.length && found.length < MOST_FAULTS; name++)
      look(items[name], type.ofType, { name, within: place }, found);
  } else if (!isInputObjectType(type)) {
    if (!fits(value, type)) found.push([place, `must be ${allowedFor(type)}`]);
  } else if (typeof value !== "object" || Array.isArray(value)) {
    found.push([place, `must be ${allowedFor(type)}`]);
  } else {
    lookInside(value as Variables, type, place, found);
  }
}

function lookInside(
  value: Variables,
  type: GraphQLInputObjectType,
  within: Place | null,
  found: Fault[],
): void {
  const fields = type.getFields();
  for (const name in fields) {
    const field = fields[name];
    if (field === undefined) continue;
    if (Object.hasOwn(value, name)) look(value[name], field.type, { name, within }, found);
    else if (isRequiredInputField(field))
      found.push([{ name, within }, `must be given, as ${String(field.type)}`]);
  }
  // A name that the schema does not know is not repeated.
  if (!Object.keys(value).every((name) => Object.hasOwn(fields, name)))
    found.push([within, `must be ${allowedFor(type)}, and no others`]);
}

function fits(value: unknown, type: GraphQLLeafType): boolean {
  try {
    return type.parseValue(value) !== undefined;
  } catch {
    return false;
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
