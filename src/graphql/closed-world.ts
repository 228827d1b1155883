import { type GraphQLSchema, isInterfaceType, isIntrospectionType, isObjectType } from "graphql";
import { rules } from "../domain/rules";

/**
 * What whoever holds an object may read of it: the object itself was given out by a rule. A type with `*` has no field
 * that says more than the object does.
 */
const publicFields: readonly string[] = [
  "Node.*",
  "PageInfo.*",
  "Membership.*",
  "Collaborator.*",
  "Build.*",
  "Viewer.*",
  "TokenVerification.*",
  "TokenHandover.*",
  "TokenUsage.*",
  "TokenUsageDay.*",
  "TokenUsageClient.*",
  "TokenPayload.*",
  ...[
    "Account",
    "Organization",
    "Repository",
    "Token",
    "Build",
    "AuditEvent",
    "Membership",
    "Collaborator",
  ].flatMap((node) => [`${node}Connection.*`, `${node}Edge.*`]),
  ...["id", "login", "name", "kind"].map((field) => `Account.${field}`),
  ...["id", "slug", "name", "viewerRole", "repositories"].map((field) => `Organization.${field}`),
  ...["id", "slug", "name", "viewerScope", "status", "organization"].map((field) => `Repository.${field}`),
  ...[
    "id",
    "kind",
    "scope",
    "label",
    "hint",
    "state",
    "createdAt",
    "expiresAt",
    "lastUsedAt",
    "imported",
  ].map((field) => `Token.${field}`),
  ...["account", "repository", "createdBy", "createdByToken", "replaces", "replacedBy"].map(
    (field) => `Token.${field}`,
  ),
  ...["revokedAt", "revokedBy", "revokeReason"].map((field) => `Token.${field}`),
  ...["id", "at", "action", "requestId", "scope", "role", "reason", "ip", "userAgent"].map(
    (field) => `AuditEvent.${field}`,
  ),
  ...["actor", "actorToken", "account", "organization", "repository", "token"].map(
    (field) => `AuditEvent.${field}`,
  ),
  // What a mutation answers is its own: it was ruled as the mutation's.
  ...[
    "CreateToken",
    "CreateRepositoryTokens",
    "RotateToken",
    "RotateTokens",
    "RevokeToken",
    "RevokeTokens",
    "ReportLeakedToken",
    "ImportTokens",
  ].map((payload) => `${payload}Payload.*`),
  ...["Account", "Organization", "Repository", "DeleteRepository", "ImportRepositories", "ReportBuild"].map(
    (payload) => `${payload}Payload.*`,
  ),
];

/** Coordinates of the schema that have neither a rule nor a place on the public list, and entries that mean nothing. */
export function findUnruled(schema: GraphQLSchema): string[] {
  const coordinates = Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && (isObjectType(type) || isInterfaceType(type)))
    .flatMap((type) =>
      isObjectType(type) || isInterfaceType(type)
        ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
        : [],
    );
  const ruled = new Set(Object.keys(rules).map((name) => name.replace(/\(.*\)$/, "")));
  const isPublic = (coordinate: string): boolean =>
    publicFields.includes(coordinate) || publicFields.includes(coordinate.replace(/\..*$/, ".*"));
  const unruled = coordinates.filter((coordinate) => !ruled.has(coordinate) && !isPublic(coordinate));
  const ruledTwice = coordinates.filter((coordinate) => ruled.has(coordinate) && isPublic(coordinate));
  const stale = [...ruled, ...publicFields].filter(
    (name) => !coordinates.some((one) => one === name || one.replace(/\..*$/, ".*") === name),
  );
  return [
    ...unruled.map((coordinate) => `${coordinate} has no rule`),
    ...ruledTwice.map((coordinate) => `${coordinate} has a rule and is public`),
    ...stale.map((name) => `${name} is not in the schema`),
  ];
}
