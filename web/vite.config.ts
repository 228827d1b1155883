import {
  convertCssVariables,
  defaultCssVariablesResolver,
  mergeMantineTheme,
  DEFAULT_THEME,
} from "@mantine/core";
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { theme } from "./src/theme.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The theme's CSS variables as a file: written into the page at run time, the Content-Security-Policy would refuse them. */
const themeVariables = (): Plugin => ({
  name: "theme-variables",
  resolveId: (id) => (id === "virtual:theme.css" ? "\0theme.css" : null),
  load: (id) =>
    id === "\0theme.css"
      ? convertCssVariables(defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme)), ":root")
      : null,
});

const server = process.env.TOKENWARD_URL ?? "http://127.0.0.1:4000";

// What the rest of the toolchain expects of this file is its default export.
// eslint-disable-next-line no-restricted-syntax
export default defineConfig({
  root: here("."),
  plugins: [react(), themeVariables()],
  build: {
    // Overridden on the command line by bin/build.js.
    outDir: here("../dist/web"),
    emptyOutDir: true,
    manifest: true,
    // data: is for images alone, so that the policy need not allow it for more.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 5_000,
    rollupOptions: { input: { index: here("index.html"), playground: here("playground.html") } },
  },
  // The API of a server that runs beside it; the playground is then at /playground.html.
  server: { proxy: { "/graphql": server, "/badge": server } },
});
