import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  specifiedRules,
  validate,
  type ValidationContext,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
  visit,
} from "graphql";
import { holdsSecret } from "../secrets/parse";

/** The root fields of an operation by name, one for each alias, through all fragments, whatever @skip and @include say. */
export function rootFieldsOf(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const names: string[] = [];
  const seen = new Set<string>();
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        names.push(selection.name.value);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet);
      } else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(operation.selectionSet);
  return names;
}

/** What is wrong with a document, without a suggestion and without a value that stands in it. [] : nothing. */
export function validateDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
): readonly GraphQLFormattedError[] {
  if (hasSecretName(document)) {
    return [{ message: "a name must not be a token", extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }];
  }
  return validate(schema, document, rules, { maxErrors: 20 }).map(({ message, locations }) => ({
    message: message.replace(/ ?Did you mean [^]*$/, ""),
    ...(locations && { locations }),
    extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
  }));
}

/** Values are the caller's own: the rule finds them, its words, which repeat them, are replaced. */
const ValuesWithoutEcho: ValidationRule = (context) => {
  const quiet = Object.create(context) as ValidationContext;
  quiet.reportError = ({ nodes }) => {
    const type = context.getInputType();
    const name = type && isInputType(type) ? getNamedType(type).name : "its type";
    context.reportError(new GraphQLError(`a value does not fit ${name}`, { nodes }));
  };
  return ValuesOfCorrectTypeRule(quiet);
};

const rules: readonly ValidationRule[] = specifiedRules.map((rule) =>
  rule === ValuesOfCorrectTypeRule ? ValuesWithoutEcho : rule,
);

/** A name is answered as it is (an alias is a key of the answer): a document with one that is a secret is not taken. */
function hasSecretName(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Name(node) {
      if (holdsSecret(node.value)) found = true;
    },
  });
  return found;
}
