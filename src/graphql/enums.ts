import { registerEnumType } from "type-graphql";
import { ACCOUNT_KINDS } from "../domain/account";
import { AUDIT_ACTIONS } from "../domain/audit-event";
import { BUILD_STATUSES } from "../domain/build";
import { ORGANIZATION_ROLES } from "../domain/organization";
import { REPOSITORY_SCOPES } from "../domain/scope";
import { TOKEN_KINDS, TOKEN_STATES } from "../domain/token";
import { VERIFICATION_CODES } from "../domain/verdict";

type Names<T extends string> = { readonly [N in T]: N };
type Descriptions<T extends string> = Partial<Record<T, { description: string }>>;

function register<T extends string>(
  name: string,
  values: readonly T[],
  description?: string,
  valuesConfig: Descriptions<T> = {},
): Names<T> {
  const names = Object.fromEntries(values.map((value) => [value, value])) as unknown as Names<T>;
  registerEnumType(names, { name, description, valuesConfig });
  return names;
}

export const RepositoryScopeEnum = register(
  "RepositoryScope",
  REPOSITORY_SCOPES,
  "What a token or an account may do on one repository. Ordered: STATUS < READ_ONLY < ADMIN.",
);
export const TokenKindEnum = register("TokenKind", TOKEN_KINDS);
export const TokenStateEnum = register(
  "TokenState",
  TOKEN_STATES,
  "ACTIVE and RETIRING tokens are accepted, the others refused.",
);
export const AccountKindEnum = register("AccountKind", ACCOUNT_KINDS);
export const OrganizationRoleEnum = register("OrganizationRole", ORGANIZATION_ROLES);
export const BuildStatusEnum = register("BuildStatus", BUILD_STATUSES);
export const AuditActionEnum = register("AuditAction", AUDIT_ACTIONS);
export const VerificationCodeEnum = register(
  "VerificationCode",
  VERIFICATION_CODES,
  "The first that holds.",
  {
    NOT_FOUND: { description: "Unknown or malformed: nothing more is said." },
    ACCOUNT_SUSPENDED: { description: "The owner is suspended." },
    REPOSITORY_DENIED: {
      description: "The token does not reach that repository, or there is none of that name.",
    },
    SCOPE_DENIED: { description: "It reaches the repository with a lower scope than asked." },
    VALID: { description: "Good for what was asked." },
  },
);
export const RotationHandoverEnum = register(
  "RotationHandover",
  ["IMMEDIATE", "ON_FIRST_USE"] as const,
  undefined,
  {
    IMMEDIATE: { description: "The old secret is refused from the moment this returns." },
    ON_FIRST_USE: {
      description:
        "The old secret stays good until the new one is first used, and overlapSeconds longer. A new one that is not used in time ends, and the old one stays.",
    },
  },
);
