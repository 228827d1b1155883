import type { ReactNode } from "react";
import classes from "./facts.module.css";

type Fact = readonly [name: string, value: ReactNode];

/** What is known of a thing, each with its name. What is null or false is left out. */
export const Facts = ({ facts }: { readonly facts: readonly (Fact | null | false)[] }): ReactNode => (
  <dl className={classes.facts}>
    {facts
      .filter((fact) => fact !== null && fact !== false)
      .map(([name, value]) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
);
