import { createContext, useContext } from "react";
import type { Document } from "../api/graphql";
import type { Sender } from "../api/send";
import type { Viewer } from "./viewer";

export interface Session {
  readonly viewer: Viewer;
  /** Sends one operation as the person who is signed in. A refused token ends the session. */
  readonly ask: <Data, Variables>(
    document: Document<Data, Variables>,
    variables: Variables,
    options?: Omit<Sender<NoInfer<Data>>, "secret">,
  ) => Promise<Data>;
  /** The text at one of the server's plain addresses. The token goes in a header, never into the address. */
  readonly read: (path: string, signal?: AbortSignal) => Promise<string>;
  readonly signOut: () => void;
  /** Goes on with this token: the one presented was rotated. */
  readonly continueWith: (secret: string) => void;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("nobody is signed in here");
  return session;
}

export const useViewer = (): Viewer => useSession().viewer;
