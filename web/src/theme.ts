import { createTheme } from "@mantine/core";

const dialog = {
  styles: { title: { fontWeight: 600 } },
  // theme.css keeps the page below a dialog still.
  lockScroll: false,
  closeButtonProps: { "aria-label": "Close" },
};

/** Colours that are dark (in the dark: light) enough to be read, and dialogs that put no style element into the page. */
export const theme = createTheme({
  primaryColor: "blue",
  primaryShade: { light: 9, dark: 9 },
  defaultRadius: "sm",
  cursorType: "pointer",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  components: {
    Modal: { defaultProps: { ...dialog, centered: true } },
    Drawer: { defaultProps: dialog },
    // The banner is the page's.
    ModalHeader: { defaultProps: { role: "none" } },
    DrawerHeader: { defaultProps: { role: "none" } },
    Portal: { defaultProps: { target: "#portals" } },
    // A column of a table is as wide as the badges in it.
    Badge: { styles: { label: { overflow: "visible" } } },
    Anchor: { defaultProps: { underline: "always" } },
  },
});
