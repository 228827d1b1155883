import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { createBrowserRouter, RouterProvider } from "react-router";
import { routes } from "./routes";
import { SessionGate } from "./session/session-gate";
import { SessionKeeper } from "./session/session-keeper";
import { theme } from "./theme";

const router = createBrowserRouter(routes);
const keeper = new SessionKeeper();
void keeper.check();
const toStart = (): void => void router.navigate("/");

export const App = (): ReactNode => (
  // Its variables and classes come as files: elements with styles are not allowed here.
  <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
    <Notifications position="bottom-right" />
    <SessionGate keeper={keeper} onSignOut={toStart}>
      <RouterProvider router={router} />
    </SessionGate>
  </MantineProvider>
);
