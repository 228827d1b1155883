import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  specifiedRules,
  validate,
  type ValidationContext,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
  visit,
} from "graphql";
import { holdsSecret } from "../secrets/parse";
import { allowedFor } from "./allowed";

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
  const fault = findFault(document);
  if (fault !== null) return [{ message: fault, extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }];
  const errors = validate(schema, document, rules, { maxErrors: 20 });
  // Given up, not refuted: each field is compared with every other of its name.
  if (errors.some(({ message }) => message === "Validation aborted.")) {
    const message = "the document has too many fields of the same name";
    return [{ message, extensions: { code: "QUERY_TOO_COMPLEX" } }];
  }
  return errors.map(({ message, locations }) => ({
    message: message.replace(/ ?Did you mean [^]*$/, ""),
    ...(locations && { locations }),
    extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
  }));
}

/** Values are the caller's own: the rule finds them, its words, which repeat them, are replaced. */
const ValuesWithoutEcho: ValidationRule = (context) => {
  const quiet = Object.create(context) as ValidationContext;
  quiet.reportError = ({ nodes }) => {
    // Of a field that there is not, the type of the object around it.
    const input = context.getInputType() ?? context.getParentInputType();
    const type = input && getNamedType(input);
    const allowed = type ? `${type.name}: it must be ${allowedFor(type)}` : "its type";
    context.reportError(new GraphQLError(`a value does not fit ${allowed}`, { nodes }));
  };
  return ValuesOfCorrectTypeRule(quiet);
};

const rules: readonly ValidationRule[] = specifiedRules.map((rule) =>
  rule === ValuesOfCorrectTypeRule ? ValuesWithoutEcho : rule,
);

/** What the language takes and this server does not; null: nothing. */
function findFault(document: DocumentNode): string | null {
  let fault: string | null = null;
  visit(document, {
    // A name is answered as it is: an alias is a key of the answer.
    Name({ value }) {
      if (holdsSecret(value)) fault ??= "a name must not be a token";
    },
    // Looked up among the values, such a name is found there without having been given.
    VariableDefinition({ variable }) {
      if (variable.name.value in Object.prototype)
        fault ??= "a variable must not be named as what every object has";
    },
    OperationDefinition({ operation }) {
      if (operation === OperationTypeNode.SUBSCRIPTION) fault ??= "there are no subscriptions";
    },
  });
  return fault;
}
