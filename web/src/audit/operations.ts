import type { ResultOf } from "gql.tada";
import { graphql } from "../api/graphql";

const AuditPage = graphql(`
  fragment AuditPage on AuditEventConnection {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      at
      action
      requestId
      actor {
        login
        name
      }
      actorToken {
        label
        hint
      }
      account {
        login
      }
      organization {
        slug
      }
      repository {
        slug
      }
      token {
        label
        hint
      }
      scope
      role
      reason
      ip
      userAgent
    }
  }
`);

export type AuditEvent = ResultOf<typeof AuditPage>["nodes"][number];
export type AuditAction = AuditEvent["action"];

export const RepositoryAuditQuery = graphql(
  `
    query RepositoryAudit(
      $slug: String!
      $actions: [AuditAction!]
      $since: DateTime
      $until: DateTime
      $first: Int
      $after: String
    ) {
      repository(slug: $slug) {
        id
        auditEvents(actions: $actions, since: $since, until: $until, first: $first, after: $after) {
          ...AuditPage
        }
      }
    }
  `,
  [AuditPage],
);

export const OrganizationAuditQuery = graphql(
  `
    query OrganizationAudit(
      $slug: String!
      $actions: [AuditAction!]
      $since: DateTime
      $until: DateTime
      $first: Int
      $after: String
    ) {
      organization(slug: $slug) {
        id
        auditEvents(actions: $actions, since: $since, until: $until, first: $first, after: $after) {
          ...AuditPage
        }
      }
    }
  `,
  [AuditPage],
);

export const AccountAuditQuery = graphql(
  `
    query AccountAudit(
      $login: String!
      $actions: [AuditAction!]
      $since: DateTime
      $until: DateTime
      $first: Int
      $after: String
    ) {
      account(login: $login) {
        id
        auditEvents(actions: $actions, since: $since, until: $until, first: $first, after: $after) {
          ...AuditPage
        }
      }
    }
  `,
  [AuditPage],
);

export const SiteAuditQuery = graphql(
  `
    query SiteAudit(
      $actions: [AuditAction!]
      $since: DateTime
      $until: DateTime
      $first: Int
      $after: String
    ) {
      auditEvents(actions: $actions, since: $since, until: $until, first: $first, after: $after) {
        ...AuditPage
      }
    }
  `,
  [AuditPage],
);
