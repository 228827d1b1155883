import type { RouteObject } from "react-router";

/** The pages of a repository, below one that stands around them. */
export const repositoryRoutes: RouteObject = {
  path: "repositories/:provider/:organization/:name",
  lazy: () => import("./repository-page"),
  children: [
    { index: true, lazy: () => import("./overview-page") },
    { path: "settings/api-permissions", lazy: () => import("./api-permissions-page") },
    { path: "collaborators", lazy: () => import("./collaborators-page") },
    { path: "audit", lazy: () => import("./audit-page") },
    { path: "settings", lazy: () => import("./settings-page") },
  ],
};
