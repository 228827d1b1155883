import {
  coerceInputValue,
  type GraphQLFormattedError,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
} from "graphql";

/**
 * What is wrong with the variables, each fault under the path of its field and with the type that is wanted, never
 * with the value. [] : they fit. The executor coerces them again: its own messages repeat the value.
 */
export function checkVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): GraphQLFormattedError[] {
  return (operation.variableDefinitions ?? []).flatMap((definition) =>
    checkVariable(schema, definition, variables),
  );
}

function checkVariable(
  schema: GraphQLSchema,
  definition: VariableDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): GraphQLFormattedError[] {
  const name = definition.variable.name.value;
  const type = typeFromAST(schema, definition.type);
  if (!isInputType(type)) return [fault(name, "must be of an input type")];
  if (!Object.hasOwn(variables, name)) {
    return isNonNullType(type) && definition.defaultValue === undefined
      ? [fault(name, `must be given, as ${String(type)}`)]
      : [];
  }
  const value = variables[name];
  if (value === null)
    return isNonNullType(type) ? [fault(name, `must not be null, but ${String(type)}`)] : [];
  const faults: GraphQLFormattedError[] = [];
  coerceInputValue(value, type, (path) => {
    // One fault for each place; what fits is not looked at.
    if (faults.length < 20) faults.push(fault(fieldAt(name, path), "does not fit its type"));
  });
  return faults;
}

/** The path in the argument, as in other messages; a name that the schema does not know is not repeated. */
function fieldAt(variable: string, path: readonly (string | number)[]): string {
  return path.length === 0 ? variable : path.join(".");
}

const fault = (field: string, allowed: string): GraphQLFormattedError => ({
  message: `${field}: ${allowed}`,
  extensions: { code: "BAD_USER_INPUT", field },
});
