import { redirect, type RouteObject } from "react-router";
import { BrokenPage } from "./pages/broken-page";
import { MissingPage } from "./pages/missing-page";
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
          { path: "repositories", lazy: () => import("./pages/repository/repositories-page") },
          {
            path: "repositories/:provider/:organization/:name",
            lazy: () => import("./pages/repository/repository-page"),
            children: [
              { index: true, lazy: () => import("./pages/repository/overview-page") },
              {
                path: "settings/api-permissions",
                lazy: () => import("./pages/repository/api-permissions-page"),
              },
              { path: "collaborators", lazy: () => import("./pages/repository/collaborators-page") },
              { path: "settings", lazy: () => import("./pages/repository/settings-page") },
            ],
          },
          { path: "*", element: <MissingPage /> },
        ],
      },
    ],
  },
];
