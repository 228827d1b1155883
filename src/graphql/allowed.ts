import { type GraphQLNamedInputType, isEnumType, isInputObjectType } from "graphql";

const scalars: Readonly<Record<string, string>> = {
  String: "a string",
  ID: "an id",
  Int: "a whole number of at most 32 bits",
  Boolean: "true or false",
  DateTime: "an RFC 3339 date and time, such as 2026-11-22T04:39:27.000Z",
};

/** What a value of a type is, in words: what a refusal says instead of the value. */
export function allowedFor(type: GraphQLNamedInputType): string {
  if (isEnumType(type)) {
    return `one of ${type
      .getValues()
      .map(({ name }) => name)
      .join(", ")}`;
  }
  return isInputObjectType(type)
    ? `an object with the fields of ${type.name}`
    : (scalars[type.name] ?? type.name);
}
