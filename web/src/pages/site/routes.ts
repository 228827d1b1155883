import type { RouteObject } from "react-router";

/** Site administration; the organizations are where everybody finds theirs. */
export const siteRoutes: readonly RouteObject[] = [
  { path: "site/accounts", lazy: () => import("./accounts-page") },
  {
    path: "site/accounts/:login",
    lazy: () => import("./account-page"),
    children: [
      { index: true, lazy: () => import("./tokens-tab") },
      { path: "organizations", lazy: () => import("./organizations-tab") },
      { path: "audit", lazy: () => import("./audit-tab") },
    ],
  },
  { path: "site/audit", lazy: () => import("./audit-page") },
];
