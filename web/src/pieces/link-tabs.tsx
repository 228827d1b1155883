import type { ReactNode } from "react";
import { NavLink } from "react-router";
import classes from "./link-tabs.module.css";

interface Props {
  /** What they are the parts of, for screen readers. */
  readonly label: string;
  readonly tabs: readonly { readonly to: string; readonly label: string }[];
}

/** The pages of one thing, each with an address of its own. */
export const LinkTabs = ({ label, tabs }: Props): ReactNode => (
  <nav aria-label={label} className={classes.tabs}>
    {tabs.map(({ to, label: tab }) => (
      <NavLink key={to} to={to} end className={classes.tab}>
        {tab}
      </NavLink>
    ))}
  </nav>
);
