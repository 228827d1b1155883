import type { Fetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { useMemo, useState, type ReactNode } from "react";
import { readSecret } from "../session/secret";
import { examples } from "./examples";
import { Memory } from "./memory";
import { post } from "./post";
import { TokenBar } from "./token-bar";
import { useSchema } from "./use-schema";

const storage = new Memory();

/** The console's choice of colours; null: as the system has them. */
function chosenTheme(): "light" | "dark" | null {
  // eslint-disable-next-line no-restricted-syntax -- read by its name where the component library keeps it
  const chosen = localStorage.getItem("mantine-color-scheme-value");
  return chosen === "light" || chosen === "dark" ? chosen : null;
}

/** GraphiQL on this server's API, as whoever is signed in to the console in this tab, or with a token that is pasted. */
export function Playground(): ReactNode {
  const [session] = useState(readSecret);
  const [pasted, setPasted] = useState<string | null>(null);
  const secret = pasted ?? session;
  const fetcher = useMemo(() => fetcherFor(secret), [secret]);
  const schema = useSchema(secret);
  return (
    <>
      <TokenBar isSignedIn={session !== null} isPasted={pasted !== null} onPaste={setPasted} />
      <main className="playground">
        <h1 className="unseen">Playground</h1>
        <GraphiQL
          fetcher={fetcher}
          schema={schema}
          storage={storage}
          defaultTabs={examples}
          defaultEditorToolsVisibility="variables"
          defaultTheme={chosenTheme()}
          showPersistHeadersSettings={false}
          plugins={[]}
        >
          <GraphiQL.Logo>
            <span>Tokenward</span>
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

/** A header that is typed into the editor goes before the token. */
function fetcherFor(secret: string | null): Fetcher {
  return (operation, options) => {
    const given = (options?.headers ?? {}) as Readonly<Record<string, string>>;
    const typed = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value] as const);
    return post(secret, operation, { headers: Object.fromEntries(typed) });
  };
}
