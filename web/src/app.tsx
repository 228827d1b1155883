import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { createBrowserRouter, RouterProvider } from "react-router";
import { routes } from "./routes";
import { SessionGate } from "./session/session-gate";
import { theme } from "./theme";

const router = createBrowserRouter(routes);
const toStart = (): void => void router.navigate("/");

export const App = (): ReactNode => (
  // Its variables and classes come as files: elements with styles are not allowed here.
  <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
    <Notifications position="bottom-right" />
    <SessionGate onSignOut={toStart}>
      <RouterProvider router={router} />
    </SessionGate>
  </MantineProvider>
);
