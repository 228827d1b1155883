import { redirect, type RouteObject } from "react-router";
import { BrokenPage } from "./pages/broken-page";
import { MissingPage } from "./pages/missing-page";
import { organizationRoutes } from "./pages/organization/routes";
import { repositoryRoutes } from "./pages/repository/routes";
import { siteRoutes } from "./pages/site/routes";
import { Shell } from "./shell/shell";

/**
 * The console's addresses. A page is a module of `pages/` that exports `Component`, and is loaded when it is first
 * visited. The server answers the first part of each address with the console: see `src/http/routes/console.ts`.
 */
export const routes: RouteObject[] = [
  {
    element: <Shell />,
    errorElement: <BrokenPage />,
    hydrateFallbackElement: <></>,
    children: [
      {
        errorElement: <BrokenPage />,
        children: [
          { index: true, loader: () => redirect("/account/access") },
          { path: "account/access", lazy: () => import("./pages/account/access-page") },
          { path: "organizations", lazy: () => import("./pages/organization/organizations-page") },
          organizationRoutes,
          { path: "repositories", lazy: () => import("./pages/repository/repositories-page") },
          repositoryRoutes,
          { path: "account/audit", lazy: () => import("./pages/account/audit-page") },
          { path: "identify", lazy: () => import("./pages/identify/identify-page") },
          ...siteRoutes,
          { path: "*", element: <MissingPage /> },
        ],
      },
    ],
  },
];
