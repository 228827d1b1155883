import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import { parseInstant } from "../domain/instant";

function read(value: unknown): Date {
  const instant = typeof value === "string" ? parseInstant(value) : null;
  // The message says what is allowed; it must not repeat the value, as that of the usual scalars does.
  if (instant === null)
    throw new GraphQLError("must be an RFC 3339 date and time, such as 2026-11-22T04:39:27.000Z");
  return instant;
}

export const DateTime = new GraphQLScalarType<Date, string>({
  name: "DateTime",
  description:
    "An instant, RFC 3339 in UTC with milliseconds: 2026-11-22T04:39:27.000Z. Input with any offset is taken.",
  serialize: (value) => (value as Date).toISOString(),
  parseValue: read,
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : null),
});
