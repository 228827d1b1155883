import { QueryClient } from "@tanstack/react-query";
import { toFailure, type Failure } from "../api/failure";
import type { Document } from "../api/graphql";
import { fetchText } from "../api/fetch-text";
import { send, type Sender } from "../api/send";
import { forgetSecret, keepSecret, readSecret } from "./secret";
import { identify, type Viewer } from "./viewer";

/** What the pages are drawn from. */
export interface SessionState {
  /** `checking`: it is being found out whose token this tab holds, or that failed. */
  readonly is: "checking" | "in" | "out";
  /** Why it could not be found out, or why the session ended. */
  readonly failure: Failure | null;
  /** Who is signed in; when a session was ended by the server, who was. */
  readonly viewer: Viewer | null;
  /** The answers that are kept for this person. */
  readonly queries: QueryClient;
}

const newQueries = (): QueryClient => new QueryClient({ defaultOptions: { queries: { retry: false } } });

const isChange = ({ definitions }: { readonly definitions: readonly object[] }): boolean =>
  definitions.some((one) => "operation" in one && one.operation === "mutation");

/** Holds the token of this tab, and with whose authority requests are sent. */
export class SessionKeeper {
  private secret = readSecret();
  private readonly listeners = new Set<() => void>();
  /** Changes that were sent and not answered yet. */
  private readonly changes = new Set<Promise<unknown>>();
  private current: SessionState = { is: "out", failure: null, viewer: null, queries: newQueries() };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly state = (): SessionState => this.current;

  /** Finds out whose token the tab holds: at the start, and again after that failed. */
  readonly check = async (): Promise<void> => {
    const { secret } = this;
    if (secret === null) return;
    this.set({ is: "checking", failure: null });
    try {
      this.enter(secret, await identify(secret));
    } catch (error) {
      const failure = toFailure(error);
      if (failure.isUncertain) this.set({ failure });
      else this.leave(failure);
    }
  };

  /** Somebody signs in. For the same person as before the pages are as they were left. */
  readonly enter = (secret: string, viewer: Viewer): void => {
    const isSame = viewer.account.id === this.current.viewer?.account.id;
    const queries = isSame ? this.current.queries : newQueries();
    this.keep(secret);
    this.set({ is: "in", failure: null, viewer, queries });
    if (isSame) void queries.invalidateQueries();
  };

  readonly signOut = (): void => {
    this.leave(null);
    this.set({ viewer: null, queries: newQueries() });
  };

  /** The token was rotated by its holder: from now on this one is presented. */
  readonly continueWith = (secret: string): void => {
    this.keep(secret);
    void identify(secret).then(
      (viewer) => {
        this.set({ viewer });
      },
      () => undefined, // the next request will say why
    );
  };

  readonly ask = <Data, Variables>(
    document: Document<Data, Variables>,
    variables: Variables,
    options: Omit<Sender<NoInfer<Data>>, "secret"> = {},
  ): Promise<Data> => {
    const work = (secret: string): Promise<Data> => send(document, variables, { ...options, secret });
    if (!isChange(document)) return this.present(work, this.changes);
    const answer = this.present(work);
    this.changes.add(answer);
    const forget = (): void => void this.changes.delete(answer);
    answer.then(forget, forget);
    return answer;
  };

  readonly read = (path: string, signal?: AbortSignal): Promise<string> =>
    this.present((secret) => fetchText(path, { secret, signal }), this.changes);

  /** `changes`: those whose answers may bring another token, and are waited for before the session is given up. */
  private async present<Result>(
    work: (secret: string) => Promise<Result>,
    changes: Iterable<Promise<unknown>> = [],
  ): Promise<Result> {
    const { secret } = this;
    try {
      return await work(secret ?? "");
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code === "UNAUTHENTICATED") {
        await Promise.allSettled(changes);
        // Whoever waited for the same answer takes the new token out of it first.
        await new Promise((resolve) => setTimeout(resolve));
        // A late answer to a token that was replaced meanwhile ends nothing.
        if (this.secret === secret) this.leave(failure);
      }
      throw error;
    }
  }

  private leave(failure: Failure | null): void {
    this.secret = null;
    forgetSecret();
    this.set({ is: "out", failure });
  }

  private keep(secret: string): void {
    this.secret = secret;
    keepSecret(secret);
  }

  private set(changes: Partial<SessionState>): void {
    this.current = { ...this.current, ...changes };
    for (const listener of this.listeners) listener();
  }
}
