import {
  type DocumentNode,
  getNamedType,
  type GraphQLFormattedError,
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
type Path = readonly (string | number)[];
type Fault = readonly [path: Path, allowed: string];

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
  const type = typeFromAST(schema, definition.type);
  if (!isInputType(type)) return [fault(name, "must be of an input type")];
  if (!Object.hasOwn(variables, name)) {
    return isNonNullType(type) && definition.defaultValue === undefined
      ? [fault(name, `must be given, as ${String(type)}`)]
      : [];
  }
  const found: GraphQLFormattedError[] = [];
  const isInput = isInputObjectType(getNamedType(type));
  for (const [path, allowed] of faultsOf(variables[name], type, [])) {
    // Within an input the path in the argument, as in other messages.
    found.push(fault([...(isInput && path.length > 0 ? [] : [name]), ...path].join("."), allowed));
    if (found.length === MOST_FAULTS) break;
  }
  return found;
}

function* faultsOf(value: unknown, type: GraphQLInputType, path: Path): Generator<Fault> {
  if (isNonNullType(type)) {
    if (value === null) yield [path, `must not be null, but ${String(type)}`];
    else yield* faultsOf(value, type.ofType, path);
  } else if (value === null) {
    return;
  } else if (isListType(type)) {
    // One value stands for a list of one.
    if (!Array.isArray(value)) yield* faultsOf(value, type.ofType, path);
    else for (const [index, item] of value.entries()) yield* faultsOf(item, type.ofType, [...path, index]);
  } else if (!isInputObjectType(type)) {
    if (!fits(value, type)) yield [path, `must be ${allowedFor(type)}`];
  } else if (typeof value !== "object" || Array.isArray(value)) {
    yield [path, `must be ${allowedFor(type)}`];
  } else {
    const fields = type.getFields();
    for (const field of Object.values(fields)) {
      const inside = [...path, field.name];
      if (Object.hasOwn(value, field.name)) {
        yield* faultsOf((value as Variables)[field.name], field.type, inside);
      } else if (isRequiredInputField(field)) {
        yield [inside, `must be given, as ${String(field.type)}`];
      }
    }
    // A name that the schema does not know is not repeated.
    if (!Object.keys(value).every((name) => Object.hasOwn(fields, name))) {
      yield [path, `must be ${allowedFor(type)}, and no others`];
    }
  }
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
