import { graphql } from "../../api/graphql";

export const AccountTokensQuery = graphql(`
  query AccountTokens($login: String!, $states: [TokenState!], $first: Int, $after: String) {
    account(login: $login) {
      id
      tokens(states: $states, first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          label
          hint
          state
          createdAt
          lastUsedAt
          expiresAt
          handover {
            firstUseOfNewAt
            endsAt
          }
        }
      }
    }
  }
`);

export const CreateAccountToken = graphql(`
  mutation CreateAccountToken($input: CreateAccountTokenInput!) {
    createAccountToken(input: $input) {
      secret
      token {
        id
        label
      }
    }
  }
`);
