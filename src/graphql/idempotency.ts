import {
  type DefinitionNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getOperationAST,
  GraphQLError,
  Kind,
  type SelectionNode,
} from "graphql";
import { getVariableValues } from "graphql/execution/values";
import { AppError } from "../errors";
import { digestOf } from "../secrets/digest";
import type { Caller } from "../services/caller";
import type { ParsedRequest } from "./context";

const retryable: readonly string[] = [
  "createAccountToken",
  "createRepositoryToken",
  "createRepositoryTokens",
  "rotateToken",
  "rotateTokens",
];

/** Whether an operation of these root fields may be the rotation that ended the token presented, once more. */
export const mayBeReplay = (roots: readonly string[]): boolean =>
  roots.length === 1 && roots[0] === "rotateToken";

/** Throws BAD_REQUEST for a malformed Idempotency-Key, and for one on any operation but one retryable mutation. */
export function refuseKey({ retry }: Caller, roots: readonly string[]): void {
  if (retry === null) return;
  if (!retry.isWellFormed) {
    throw new AppError("BAD_REQUEST", "Idempotency-Key must be 16 to 255 printable characters");
  }
  const [root] = roots;
  if (roots.length === 1 && root !== undefined && retryable.includes(root)) return;
  throw new AppError(
    "BAD_REQUEST",
    `Idempotency-Key is for operations of exactly one of ${retryable.join(", ")}`,
  );
}

/** A digest of the mutation and its input after variables and defaults: what must be the same in a retry. */
export function retryInput({ request, document, schema }: ParsedRequest): string {
  const operation = getOperationAST(document, request.operationName);
  const field = operation && rootField(operation.selectionSet.selections, document.definitions);
  const definition = field && schema.getMutationType()?.getFields()[field.name.value];
  if (!operation || !field || !definition) throw new GraphQLError("no mutation");
  const { coerced = {} } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    request.variables ?? {},
  );
  return digestOf(`${field.name.value} ${canonical(getArgumentValues(definition, field, coerced))}`);
}

/** The one field at the root, through fragments. */
function rootField(
  selections: readonly SelectionNode[],
  definitions: readonly DefinitionNode[],
): FieldNode | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) return selection;
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentNamed(selection.name.value, definitions);
    const found = inner && rootField(inner.selectionSet.selections, definitions);
    if (found) return found;
  }
  return undefined;
}

function fragmentNamed(
  name: string,
  definitions: readonly DefinitionNode[],
): FragmentDefinitionNode | undefined {
  return definitions.find(
    (one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name,
  );
}

/** JSON with the keys in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
