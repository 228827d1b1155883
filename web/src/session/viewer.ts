import { graphql } from "../api/graphql";
import { Failure } from "../api/failure";
import { send } from "../api/send";

export const ViewerQuery = graphql(`
  query Viewer {
    viewer {
      token {
        id
        label
        hint
        kind
        expiresAt
      }
      account {
        id
        login
        name
        kind
        isSiteAdmin
      }
    }
  }
`);

interface Identity {
  readonly token: {
    readonly id: string;
    readonly label: string;
    readonly hint: string;
    readonly expiresAt: string | null;
  };
  readonly account: {
    readonly id: string;
    readonly login: string;
    readonly name: string | null;
    readonly kind: "USER" | "SERVICE";
    readonly isSiteAdmin: boolean | null;
  };
}

/** Who is signed in, and with which token. */
export type Viewer = Identity;

/** Whom a token belongs to. A Failure: it is refused, or it is a repository's. */
export async function identify(secret: string, signal?: AbortSignal): Promise<Viewer> {
  const { viewer } = await send(ViewerQuery, {}, { secret, signal });
  const { token, account } = viewer;
  if (account === null)
    throw new Failure(
      "REPOSITORY_TOKEN",
      "This is the token of a repository. It works with the API, but the console is for accounts: sign in with an account token, which begins with twa_.",
    );
  return { token, account };
}
