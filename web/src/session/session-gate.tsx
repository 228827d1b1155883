import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore, type ReactNode } from "react";
import { Checking } from "./checking";
import { SessionContext, type Session } from "./session";
import type { SessionKeeper } from "./session-keeper";
import { SignInPage } from "./sign-in-page";

interface Props {
  readonly keeper: SessionKeeper;
  readonly children: ReactNode;
  readonly onSignOut: () => void;
}

/**
 * Shows the console to whoever is signed in, and the sign-in page to others. When a token is refused in the middle of
 * things, the pages stay as they are behind the sign-in page, with all that was typed, for the same person only.
 */
export function SessionGate({ keeper, children, onSignOut }: Props): ReactNode {
  const { is, failure, viewer, queries } = useSyncExternalStore(keeper.subscribe, keeper.state);

  const session = useMemo<Session | null>(
    () =>
      viewer && {
        viewer,
        ask: keeper.ask,
        read: keeper.read,
        continueWith: keeper.continueWith,
        signOut() {
          keeper.signOut();
          onSignOut();
        },
      },
    [keeper, viewer, onSignOut],
  );

  // Dialogs and messages are drawn there.
  useEffect(() => {
    document.getElementById("portals")?.toggleAttribute("hidden", is !== "in");
  }, [is]);

  return (
    <>
      {is === "checking" && (
        <Checking failure={failure} retry={() => void keeper.check()} signOut={keeper.signOut} />
      )}
      {is === "out" && <SignInPage failure={failure} previous={viewer} onSignIn={keeper.enter} />}
      {session !== null && (
        <div hidden={is !== "in"} key={session.viewer.account.id}>
          <QueryClientProvider client={queries}>
            <SessionContext value={session}>{children}</SessionContext>
          </QueryClientProvider>
        </div>
      )}
    </>
  );
}
