import type { Account } from "../domain/account";
import type { AuditAction, AuditEvent } from "../domain/audit-event";
import type { Organization } from "../domain/organization";
import type { Repository } from "../domain/repository";
import { type AuditFilter, type AuditKey, countAuditEvents, listAuditEvents } from "../store/audit-store";
import type { Slice } from "../store/slice";
import type { Caller } from "./caller";
import type { Foundation } from "./foundation";
import { type Connection, cursors, emptyConnection, type PageArgs, connectionTo, readPage } from "./page";
import { permit } from "./permit";

export interface AuditListArgs extends PageArgs {
  readonly actions?: readonly AuditAction[] | null;
  /** From this instant on. */
  readonly since?: Date | null;
  /** Before this instant. */
  readonly until?: Date | null;
}

/** Lists what was written down. Lines are written by `change`, in the transaction of what they tell of. */
export class AuditService {
  constructor(private readonly foundation: Foundation) {}

  async listOfSite(caller: Caller, args: AuditListArgs): Promise<Connection<AuditEvent>> {
    const slice = readPage(args, cursors.auditEvents);
    await permit(caller.authority, "Query.auditEvents");
    return this.list(null, args, slice);
  }

  /** The lines about an account, not those that it caused elsewhere. */
  async listOfAccount(
    caller: Caller,
    account: Account,
    args: AuditListArgs,
  ): Promise<Connection<AuditEvent>> {
    const slice = readPage(args, cursors.auditEvents);
    await permit(caller.authority, "Account.auditEvents", account);
    return this.list({ column: "accountId", id: account.id }, args, slice);
  }

  /** With the lines of its repositories, also of those that are gone. */
  async listOfOrganization(
    caller: Caller,
    organization: Organization,
    args: AuditListArgs,
  ): Promise<Connection<AuditEvent>> {
    const slice = readPage(args, cursors.auditEvents);
    await permit(caller.authority, "Organization.auditEvents", organization);
    return this.list({ column: "organizationId", id: organization.id }, args, slice);
  }

  async listOfRepository(
    caller: Caller,
    repository: Repository,
    args: AuditListArgs,
  ): Promise<Connection<AuditEvent>> {
    const slice = readPage(args, cursors.auditEvents);
    await permit(caller.authority, "Repository.auditEvents", repository);
    return this.list({ column: "repositoryId", id: repository.id }, args, slice);
  }

  private async list(
    about: AuditFilter["about"],
    args: AuditListArgs,
    slice: Slice<AuditKey>,
  ): Promise<Connection<AuditEvent>> {
    if (args.actions?.length === 0) return emptyConnection(slice);
    const { reader } = this.foundation.database;
    const filter = {
      about,
      actions: args.actions ?? null,
      since: args.since ?? null,
      until: args.until ?? null,
    };
    return connectionTo(slice, cursors.auditEvents, {
      keyOf: (event: AuditEvent) => ({ at: event.at.getTime(), id: event.id }),
      list: (slice) => listAuditEvents(reader, filter, slice),
      count: () => countAuditEvents(reader, filter),
    });
  }
}
