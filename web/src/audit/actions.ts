import type { AuditAction } from "./operations";

/** Every action: what it is listed under, and in words. */
const meanings: Readonly<Record<AuditAction, readonly [group: string, words: string]>> = {
  TOKEN_REUSED: ["Alarms", "Rotated-out secret presented again"],
  TOKEN_LEAK_REPORTED: ["Alarms", "Secret reported as leaked, token revoked"],
  TOKEN_CREATED: ["Tokens", "Token created"],
  TOKEN_IMPORTED: ["Tokens", "Token imported"],
  TOKEN_ROTATED: ["Tokens", "Token rotated"],
  TOKEN_REVOKED: ["Tokens", "Token revoked"],
  HANDOVER_FINISHED: ["Handovers", "Handover finished, old secret ended"],
  HANDOVER_CANCELED: ["Handovers", "Rotation canceled, unused secret ended"],
  HANDOVER_LAPSED: ["Handovers", "Rotation lapsed, new secret not used in time"],
  MEMBERSHIP_SET: ["Members and collaborators", "Member's role set"],
  MEMBERSHIP_REMOVED: ["Members and collaborators", "Member removed"],
  COLLABORATOR_SET: ["Members and collaborators", "Collaborator's scope set"],
  COLLABORATOR_REMOVED: ["Members and collaborators", "Collaborator removed"],
  REPOSITORY_CREATED: ["Repositories", "Repository created"],
  REPOSITORY_UPDATED: ["Repositories", "Repository changed"],
  REPOSITORY_RENAMED: ["Repositories", "Repository renamed"],
  REPOSITORY_DELETED: ["Repositories", "Repository deleted"],
  BUILD_REPORTED: ["Repositories", "Build reported"],
  ORGANIZATION_CREATED: ["Organizations", "Organization created"],
  ACCOUNT_CREATED: ["Accounts", "Account created"],
  ACCOUNT_UPDATED: ["Accounts", "Account changed"],
  ACCOUNT_SUSPENDED: ["Accounts", "Account suspended"],
  ACCOUNT_RESUMED: ["Accounts", "Account resumed"],
};

export const isAction = (text: string): text is AuditAction => Object.hasOwn(meanings, text);

const actions = Object.keys(meanings).filter(isAction);

export const wordsOf = (action: AuditAction): string => meanings[action][1];

/** What the filter offers. */
export const choices = [...new Set(actions.map((action) => meanings[action][0]))].map((group) => ({
  group,
  items: actions
    .filter((action) => meanings[action][0] === group)
    .map((action) => ({ value: action, label: wordsOf(action) })),
}));

/** What says that somebody has a secret who should not. */
export const alarms: readonly AuditAction[] = ["TOKEN_REUSED", "TOKEN_LEAK_REPORTED"];

export const isAlarm = ({ action }: { readonly action: AuditAction }): boolean => alarms.includes(action);
