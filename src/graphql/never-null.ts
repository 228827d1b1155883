import { type GraphQLResolveInfo, Kind, type ObjectFieldNode, type ValueNode } from "graphql";
import { badInput } from "../errors";

/**
 * Refuses null, and a variable without a value, in fields where either would widen what is touched: a forgotten
 * variable must not turn "revoke that one" into "revoke myself". What was forgotten is no longer in the coerced input,
 * so the document is looked at. `argument`: `input`, or a list of inputs.
 */
export function refuseNull<T extends object>(
  info: GraphQLResolveInfo,
  argument: string,
  value: T | readonly T[],
  fields: readonly (keyof T & string)[],
): void {
  const written = info.fieldNodes[0]?.arguments?.find((node) => node.name.value === argument)?.value;
  const refuse = (path: string): never => {
    throw badInput(path, "must not be null: leave it out of the document");
  };
  const look = (path: string, input: T, node: ValueNode | undefined): void => {
    for (const field of fields) {
      if (input[field] === null) refuse(path + field);
      if (node?.kind !== Kind.OBJECT) continue;
      const given = node.fields.find((one: ObjectFieldNode) => one.name.value === field)?.value;
      if (given?.kind === Kind.VARIABLE && info.variableValues[given.name.value] === undefined)
        refuse(path + field);
    }
  };
  if (!Array.isArray(value)) {
    look("", value as T, written);
    return;
  }
  (value as readonly T[]).forEach((input, index) => {
    look(`${index}.`, input, written?.kind === Kind.LIST ? written.values[index] : written);
  });
}
