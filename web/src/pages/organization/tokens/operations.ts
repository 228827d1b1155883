import { graphql } from "../../../api/graphql";

/** What one call may name, or touch: the server refuses more. */
export const MOST_AT_ONCE = 1000;

export const OrganizationTokensQuery = graphql(`
  query OrganizationTokens(
    $slug: String!
    $states: [TokenState!]
    $scope: RepositoryScope
    $first: Int
    $after: String
  ) {
    organization(slug: $slug) {
      id
      tokens(states: $states, scope: $scope, first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          label
          hint
          scope
          state
          createdAt
          lastUsedAt
          expiresAt
          createdBy {
            login
          }
          repository {
            slug
            name
          }
          handover {
            firstUseOfNewAt
            endsAt
          }
        }
      }
    }
  }
`);

/** How many repositories there are, and what they are called. */
export const RepositoryNamesQuery = graphql(`
  query RepositoryNames($slug: String!, $query: String, $first: Int, $after: String) {
    organization(slug: $slug) {
      id
      repositories(query: $query, first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          name
        }
      }
    }
  }
`);

export const CreateRepositoryTokens = graphql(`
  mutation CreateRepositoryTokens($input: CreateRepositoryTokensInput!) {
    createRepositoryTokens(input: $input) {
      tokens {
        secret
        token {
          repository {
            slug
          }
        }
      }
    }
  }
`);

/** Live tokens, and who is whose successor: a line in handover is rotated once. */
export const RotatableTokensQuery = graphql(`
  query RotatableTokens($slug: String!, $first: Int, $after: String) {
    organization(slug: $slug) {
      id
      tokens(first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          replaces {
            state
            handover {
              firstUseOfNewAt
            }
          }
        }
      }
    }
  }
`);

export const RotateTokens = graphql(`
  mutation RotateTokens($input: RotateTokensInput!) {
    rotateTokens(input: $input) {
      rotatedCount
      tokens {
        secret
        token {
          label
          repository {
            slug
          }
        }
        replaced {
          hint
        }
      }
    }
  }
`);

export const RevokeTokens = graphql(`
  mutation RevokeTokens($input: RevokeTokensInput!) {
    revokeTokens(input: $input) {
      revokedCount
    }
  }
`);

/** How many of the live tokens somebody uses. */
export const TokensInUseQuery = graphql(`
  query TokensInUse($slug: String!, $since: DateTime!) {
    organization(slug: $slug) {
      id
      all: tokens(first: 1) {
        totalCount
      }
      idle: tokens(first: 1, unusedSince: $since) {
        totalCount
      }
    }
  }
`);
