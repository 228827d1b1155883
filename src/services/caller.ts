import type { Reader } from "../store/database";
import type { Authority } from "./authority";
import type { Retry } from "./retry";
import { type RateSubject, subjectOf } from "./rate-limits";
import { Sight } from "./sight";

/** Where a request came from, as the audit log keeps it. */
export interface Origin {
  readonly requestId: string;
  readonly ip: string | null;
  /** At most 1024 characters, with everything shaped like a secret taken out. */
  readonly userAgent: string | null;
}

/** Who asks, for the length of one request: what it may (its authority) and what it therefore sees (its sight). */
export class Caller {
  /** Whether an earlier field of this request changed something: perhaps the token presented. */
  hasChanged = false;
  /** Null until something is looked at. */
  private looking: Sight | null = null;
  /** Whose guesses this request's are. */
  readonly subject: RateSubject;

  constructor(
    readonly origin: Origin,
    public authority: Authority,
    private reader: Reader,
  ) {
    this.subject = subjectOf(authority.actor, origin.ip);
  }

  /** An Idempotency-Key that came with the request. */
  retry: Retry | null = null;
  /** The token presented was rotated: all that it may still do is ask again for the answer to that. */
  replayOnly = false;

  get sight(): Sight {
    return (this.looking ??= new Sight(this.authority, this.reader));
  }

  /** Takes the authority that a mutation was judged by: its answer is given with that one. */
  become(authority: Authority, reader: Reader): void {
    authority.readFrom(reader);
    this.hasChanged = true;
    this.authority = authority;
    this.reader = reader;
    this.looking = null;
  }
}
