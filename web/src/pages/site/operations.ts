import type { ResultOf } from "gql.tada";
import { graphql } from "../../api/graphql";

export const AccountsQuery = graphql(`
  query Accounts($query: String, $first: Int, $after: String) {
    accounts(query: $query, first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        login
        name
        kind
        isSiteAdmin
        createdAt
        suspendedAt
      }
    }
  }
`);

export const AccountQuery = graphql(`
  query AccountPage($login: String!) {
    account(login: $login) {
      id
      login
      name
      kind
      isSiteAdmin
      createdAt
      suspendedAt
    }
  }
`);

export type AccountSummary = NonNullable<ResultOf<typeof AccountQuery>["account"]>;

export const MembershipsQuery = graphql(`
  query AccountMemberships($login: String!, $first: Int, $after: String) {
    account(login: $login) {
      id
      organizations(first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          role
          organization {
            id
            slug
          }
        }
      }
    }
  }
`);

/** The newest live tokens, and who uses them. */
export const LiveTokensQuery = graphql(`
  query LiveTokens($login: String!) {
    account(login: $login) {
      id
      tokens(first: 20) {
        totalCount
        nodes {
          id
          label
          hint
          lastUsedAt
          usage(days: 30) {
            clients {
              ip
              userAgent
            }
          }
        }
      }
    }
  }
`);

export const CreateAccount = graphql(`
  mutation CreateAccount($input: CreateAccountInput!) {
    createAccount(input: $input) {
      account {
        id
        login
        kind
      }
    }
  }
`);

export const UpdateAccount = graphql(`
  mutation UpdateAccount($input: UpdateAccountInput!) {
    updateAccount(input: $input) {
      account {
        id
      }
    }
  }
`);

export const SuspendAccount = graphql(`
  mutation SuspendAccount($input: SuspendAccountInput!) {
    suspendAccount(input: $input) {
      account {
        id
      }
    }
  }
`);

export const ResumeAccount = graphql(`
  mutation ResumeAccount($input: ResumeAccountInput!) {
    resumeAccount(input: $input) {
      account {
        id
      }
    }
  }
`);

/** With dryRun it only counts. */
export const RevokeAccountTokens = graphql(`
  mutation RevokeAccountTokens($login: String!, $reason: String, $dryRun: Boolean!) {
    revokeTokens(input: { account: $login, reason: $reason, dryRun: $dryRun }) {
      revokedCount
    }
  }
`);
