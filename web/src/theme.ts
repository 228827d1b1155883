import { createTheme } from "@mantine/core";

/** Colours that are dark (in the dark: light) enough to be read, and dialogs that put no style element into the page. */
export const theme = createTheme({
  primaryColor: "blue",
  primaryShade: { light: 9, dark: 9 },
  defaultRadius: "sm",
  cursorType: "pointer",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  components: {
    // theme.css keeps the page below a dialog still.
    Modal: {
      defaultProps: { lockScroll: false, centered: true, closeButtonProps: { "aria-label": "Close" } },
    },
    Drawer: { defaultProps: { lockScroll: false, closeButtonProps: { "aria-label": "Close" } } },
    Portal: { defaultProps: { target: "#portals" } },
    Anchor: { defaultProps: { underline: "always" } },
  },
});
