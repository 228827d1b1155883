import { graphql } from "../../api/graphql";

export const OwnOrganizationsQuery = graphql(`
  query OwnOrganizations($first: Int, $after: String) {
    viewer {
      organizations(first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          organization {
            id
            slug
            name
            viewerRole
          }
        }
      }
    }
  }
`);

/** For site administrators. */
export const AllOrganizationsQuery = graphql(`
  query AllOrganizations($query: String, $first: Int, $after: String) {
    organizations(query: $query, first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        slug
        name
        viewerRole
      }
    }
  }
`);

export const CreateOrganization = graphql(`
  mutation CreateOrganization($input: CreateOrganizationInput!) {
    createOrganization(input: $input) {
      organization {
        id
        slug
      }
    }
  }
`);

export const OrganizationQuery = graphql(`
  query OrganizationPage($slug: String!) {
    organization(slug: $slug) {
      id
      slug
      name
      viewerRole
    }
  }
`);

export const RepositoriesQuery = graphql(`
  query OrganizationRepositories($slug: String!, $query: String, $first: Int, $after: String) {
    organization(slug: $slug) {
      id
      repositories(query: $query, first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          slug
          name
          viewerScope
          status
          description
        }
      }
    }
  }
`);

export const CreateRepository = graphql(`
  mutation CreateRepository($input: CreateRepositoryInput!) {
    createRepository(input: $input) {
      repository {
        id
        slug
        name
      }
    }
  }
`);

export const MembersQuery = graphql(`
  query OrganizationMembers($slug: String!, $first: Int, $after: String) {
    organization(slug: $slug) {
      id
      members(first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          role
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

export const SetMembership = graphql(`
  mutation SetMembership($input: SetMembershipInput!) {
    setMembership(input: $input) {
      organization {
        id
      }
    }
  }
`);

export const RemoveMembership = graphql(`
  mutation RemoveMembership($input: RemoveMembershipInput!) {
    removeMembership(input: $input) {
      organization {
        id
      }
    }
  }
`);
