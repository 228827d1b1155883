import { graphql } from "../../api/graphql";

export const RepositoriesQuery = graphql(`
  query Repositories($minimumScope: RepositoryScope, $query: String, $first: Int, $after: String) {
    viewer {
      repositories(minimumScope: $minimumScope, query: $query, first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          slug
          viewerScope
          status
        }
      }
    }
  }
`);

/** Description, default branch and creation are null for whoever has STATUS alone. */
export const RepositoryQuery = graphql(`
  query Repository($slug: String!) {
    repository(slug: $slug) {
      id
      slug
      name
      viewerScope
      status
      description
      defaultBranch
      createdAt
    }
  }
`);

export const BuildsQuery = graphql(`
  query Builds($slug: String!, $branch: String, $first: Int, $after: String) {
    repository(slug: $slug) {
      id
      builds(branch: $branch, first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          number
          branch
          commit
          status
          url
          reportedAt
        }
      }
    }
  }
`);

export const RepositoryTokensQuery = graphql(`
  query RepositoryTokens(
    $slug: String!
    $states: [TokenState!]
    $scope: RepositoryScope
    $first: Int
    $after: String
  ) {
    repository(slug: $slug) {
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
            id
            login
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

export const CreateRepositoryToken = graphql(`
  mutation CreateRepositoryToken($input: CreateRepositoryTokenInput!) {
    createRepositoryToken(input: $input) {
      secret
      token {
        id
        label
        scope
      }
    }
  }
`);

export const CollaboratorsQuery = graphql(`
  query Collaborators($slug: String!, $first: Int, $after: String) {
    repository(slug: $slug) {
      id
      collaborators(first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          scope
          account {
            id
            login
            name
            kind
          }
        }
      }
    }
  }
`);

export const SetCollaborator = graphql(`
  mutation SetCollaborator($input: SetCollaboratorInput!) {
    setCollaborator(input: $input) {
      repository {
        id
      }
    }
  }
`);

export const RemoveCollaborator = graphql(`
  mutation RemoveCollaborator($input: RemoveCollaboratorInput!) {
    removeCollaborator(input: $input) {
      repository {
        id
      }
    }
  }
`);

export const UpdateRepository = graphql(`
  mutation UpdateRepository($input: UpdateRepositoryInput!) {
    updateRepository(input: $input) {
      repository {
        id
        description
        defaultBranch
      }
    }
  }
`);

export const RenameRepository = graphql(`
  mutation RenameRepository($input: RenameRepositoryInput!) {
    renameRepository(input: $input) {
      repository {
        id
        slug
      }
    }
  }
`);

/** What stops working with a repository: its live tokens, the latest first. */
export const LiveTokensQuery = graphql(`
  query LiveTokens($slug: String!) {
    repository(slug: $slug) {
      id
      tokens(first: 10) {
        totalCount
        nodes {
          id
          label
          hint
          lastUsedAt
        }
      }
    }
  }
`);

export const DeleteRepository = graphql(`
  mutation DeleteRepository($slug: String!) {
    deleteRepository(input: { slug: $slug }) {
      revokedCount
    }
  }
`);
