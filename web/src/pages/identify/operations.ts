import type { ResultOf } from "gql.tada";
import { graphql } from "../../api/graphql";

/** Verifies nothing: it is refused to whoever may not verify. */
export const MayVerifyQuery = graphql(`
  query MayVerify {
    verifyTokens(inputs: []) {
      code
    }
  }
`);

/** Its variables hold a secret: to be asked with `ask`, which keeps nothing. */
export const IdentifyQuery = graphql(`
  query Identify($secret: String!) {
    verifyToken(input: { secret: $secret, recordUse: false }) {
      code
      token {
        id
        kind
        scope
        label
        hint
        state
        createdAt
        expiresAt
        lastUsedAt
        revokedAt
        revokeReason
        imported
      }
      account {
        login
        name
        kind
      }
      repository {
        slug
      }
    }
  }
`);

export type Verdict = NonNullable<ResultOf<typeof IdentifyQuery>["verifyToken"]>;
export type IdentifiedToken = NonNullable<Verdict["token"]>;

/** What the caller's own rights show of a token: null where it is hidden; its usage for whoever may revoke it. */
export const TokenDetailsQuery = graphql(`
  query TokenDetails($id: ID!) {
    node(id: $id) {
      __typename
      ... on Token {
        id
        state
        lastUsedAt
        revokedAt
        revokeReason
        createdBy {
          login
        }
        createdByToken {
          label
          hint
        }
        revokedBy {
          login
        }
        replacedBy {
          label
          hint
        }
        handover {
          firstUseOfNewAt
          endsAt
        }
        usage(days: 30) {
          days {
            date
            count
          }
          clients {
            ip
            userAgent
            lastUsedAt
            count
          }
        }
      }
    }
  }
`);

export type TokenDetails = Extract<
  NonNullable<ResultOf<typeof TokenDetailsQuery>["node"]>,
  { readonly __typename: "Token" }
>;
