import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { toFailure, type Failure } from "../api/failure";
import type { Document } from "../api/graphql";
import { send, type Sender } from "../api/send";
import { Checking } from "./checking";
import { forgetSecret, keepSecret, readSecret } from "./secret";
import { SessionContext, type Session } from "./session";
import { SignInPage } from "./sign-in-page";
import { identify, type Viewer } from "./viewer";

type State =
  | { readonly is: "checking"; readonly failure: Failure | null }
  | { readonly is: "out"; readonly failure: Failure | null }
  | { readonly is: "in" };

interface Props {
  readonly children: ReactNode;
  /** Told when somebody signs out. */
  onSignOut(): void;
}

/**
 * Shows the console to whoever is signed in, and the sign-in page to others. When a token is refused in the middle of
 * things, the pages stay as they are behind the sign-in page, with all that was typed, for the same person only.
 */
export function SessionGate({ children, onSignOut }: Props): ReactNode {
  const secret = useRef(readSecret());
  const [viewer, setViewer] = useState<Viewer | null>(null);
  const [state, setState] = useState<State>(
    secret.current === null ? { is: "out", failure: null } : { is: "checking", failure: null },
  );
  const { client, renew } = useQueries(viewer?.account.id);

  const enter = useCallback(
    (given: string, identified: Viewer) => {
      secret.current = given;
      keepSecret(given);
      setViewer(identified);
      setState({ is: "in" });
      renew();
    },
    [renew],
  );
  const leave = useCallback((failure: Failure | null) => {
    secret.current = null;
    forgetSecret();
    if (failure === null) setViewer(null);
    setState({ is: "out", failure });
  }, []);

  const check = useCallback(
    (given: string) => {
      setState({ is: "checking", failure: null });
      identify(given).then(
        (identified) => {
          enter(given, identified);
        },
        (error: unknown) => {
          const failure = toFailure(error);
          if (failure.isUncertain) setState({ is: "checking", failure });
          else leave(failure);
        },
      );
    },
    [enter, leave],
  );
  useEffect(() => {
    if (secret.current !== null) check(secret.current);
  }, [check]);

  const session = useMemo<Session | null>(() => {
    if (viewer === null) return null;
    const ask = async <Data, Variables>(
      document: Document<Data, Variables>,
      variables: Variables,
      options: Omit<Sender, "secret"> = {},
    ): Promise<Data> => {
      const presented = secret.current ?? "";
      try {
        return await send(document, variables, { ...options, secret: presented });
      } catch (error) {
        const failure = toFailure(error);
        // A late answer to a token that was replaced meanwhile ends nothing.
        if (failure.code === "UNAUTHENTICATED" && secret.current === presented) leave(failure);
        throw error;
      }
    };
    const continueWith = (given: string): void => {
      secret.current = given;
      keepSecret(given);
      void identify(given).then(setViewer, () => undefined);
    };
    const signOut = (): void => {
      leave(null);
      onSignOut();
    };
    return { viewer, ask, continueWith, signOut };
  }, [viewer, leave, onSignOut]);

  useEffect(() => {
    document.getElementById("portals")?.toggleAttribute("hidden", state.is !== "in");
  }, [state.is]);

  return (
    <>
      {state.is === "checking" && (
        <Checking
          failure={state.failure}
          retry={() => {
            check(secret.current ?? "");
          }}
          signOut={() => {
            leave(null);
          }}
        />
      )}
      {state.is === "out" && <SignInPage failure={state.failure} previous={viewer} onSignIn={enter} />}
      {session !== null && (
        <div hidden={state.is !== "in"} key={session.viewer.account.id}>
          <QueryClientProvider client={client}>
            <SessionContext value={session}>{children}</SessionContext>
          </QueryClientProvider>
        </div>
      )}
    </>
  );
}

/** The answers kept for one person: another one begins with none. */
function useQueries(accountId: string | undefined): { client: QueryClient; renew: () => void } {
  // eslint-disable-next-line react-hooks/exhaustive-deps -- a client for each account
  const client = useMemo(
    () => new QueryClient({ defaultOptions: { queries: { retry: false } } }),
    [accountId],
  );
  const renew = useCallback(() => void client.invalidateQueries(), [client]);
  return { client, renew };
}
