import type { RouteObject } from "react-router";

/** An organization's page, whose tabs are below its slug. */
export const organizationRoutes: RouteObject = {
  path: "organizations/:provider/:name",
  lazy: () => import("./organization-page"),
  children: [
    { index: true, lazy: () => import("./repositories-tab") },
    { path: "members", lazy: () => import("./members/members-tab") },
    { path: "tokens", lazy: () => import("./tokens/tokens-tab") },
    { path: "audit", lazy: () => import("./audit-tab") },
  ],
};
