/**
 * GraphiQL calls its list items tabs and puts two buttons into each, which a screen reader cannot tell from one another.
 * Here they are what they are: a list of buttons, of which one is current.
 */
export function describeTabs(root: HTMLElement): void {
  const observer = new MutationObserver(() => {
    for (const list of root.querySelectorAll(".graphiql-tabs")) list.removeAttribute("role");
    for (const tab of root.querySelectorAll(".graphiql-tab")) {
      tab.removeAttribute("role");
      tab.removeAttribute("aria-selected");
      const isCurrent = tab.classList.contains("graphiql-tab-active");
      tab.querySelector("button")?.setAttribute("aria-current", String(isCurrent));
    }
  });
  observer.observe(root, { subtree: true, childList: true, attributeFilter: ["role", "aria-selected"] });
}
