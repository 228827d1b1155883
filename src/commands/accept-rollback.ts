import { CommandError } from "./command-line";

/** What a command that opens the database takes when it may be a restored backup. */
export const acceptRollbackOption = {
  "accept-rollback": {
    placeholder: "revoke-older",
    help: "take a restored backup for the database, and revoke every token in it",
  },
} as const;

/** Whether it was asked for: never by less than the whole word. */
export function acceptsRollback(options: Readonly<Record<string, string>>): boolean {
  const given = options["accept-rollback"];
  if (given !== undefined && given !== "revoke-older")
    throw new CommandError("--accept-rollback: must be revoke-older");
  return given !== undefined;
}

/** What the operator is told when it was needed. */
export const rollbackAccepted = (revokedCount: number): string =>
  `The database is a restored backup: ${revokedCount === 1 ? "its one live token was" : `its ${revokedCount} live tokens were`} revoked. Roles that were taken away\n` +
  "since are back: review them. `tokenward admin-token LOGIN` lets you in (docs/operations.md, Backups).\n";
