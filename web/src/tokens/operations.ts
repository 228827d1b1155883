import { graphql } from "../api/graphql";

/** How long ago is looked at to say who uses a token. */
export const USAGE_DAYS = 30;

/** A client that sends no User-Agent. */
export const UNNAMED = "an unnamed program";

export const TokenUsageQuery = graphql(`
  query TokenUsage($id: ID!) {
    node(id: $id) {
      __typename
      ... on Token {
        id
        handover {
          startedAt
          firstUseOfNewAt
          oldUsesSinceStart
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

export const RotateToken = graphql(`
  mutation RotateToken($input: RotateTokenInput!) {
    rotateToken(input: $input) {
      secret
      token {
        id
        label
      }
    }
  }
`);

export const RevokeToken = graphql(`
  mutation RevokeToken($input: RevokeTokenInput!) {
    revokeToken(input: $input) {
      revokedCount
    }
  }
`);

export const FinishHandover = graphql(`
  mutation FinishHandover($id: ID!) {
    finishHandover(input: { id: $id }) {
      token {
        id
      }
    }
  }
`);

export const CancelHandover = graphql(`
  mutation CancelHandover($id: ID!) {
    cancelHandover(input: { id: $id }) {
      token {
        id
      }
    }
  }
`);

/** What the dialogs of a token need to know of it. */
export interface TokenSummary {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly state: "ACTIVE" | "RETIRING" | "ROTATED" | "EXPIRED" | "REVOKED";
  readonly lastUsedAt: string | null;
  readonly handover?: { readonly firstUseOfNewAt: string | null; readonly endsAt: string } | null;
}
