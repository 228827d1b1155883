import { useState } from "react";
import { useSearchParams } from "react-router";
import { isAction } from "./actions";
import type { AuditAction } from "./operations";

/** Which lines of an audit log are shown. */
export interface AuditFilter {
  /** Empty: all. */
  readonly actions: readonly AuditAction[];
  /** Instants, this one included and that one not; null: without end. */
  readonly since: string | null;
  readonly until: string | null;
}

/** Whether it leaves any line out. */
export const isFiltering = ({ actions, since, until }: AuditFilter): boolean =>
  actions.length > 0 || since !== null || until !== null;

/** As the API takes it. */
export const variablesOf = ({ actions, since, until }: AuditFilter) => ({
  actions: actions.length === 0 ? null : [...actions],
  since,
  until,
});

export interface FilterChoice {
  /** The lines that are shown: they follow the address. */
  readonly filter: AuditFilter;
  /** What the fields show: it is ahead of the address, by as long as that takes to change. */
  readonly chosen: AuditFilter;
  /** Goes to the first page of other lines. */
  readonly choose: (changes: Partial<AuditFilter>) => void;
}

/** The filter is part of the address, so that a reload and a link find the same lines. */
export function useAuditFilter(): FilterChoice {
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const address = JSON.stringify(filter);
  const [fields, setFields] = useState({ address, chosen: filter });
  if (fields.address !== address) setFields({ address, chosen: filter });
  return {
    filter,
    chosen: fields.chosen,
    choose(changes) {
      const chosen = { ...fields.chosen, ...changes };
      const { actions, since, until } = chosen;
      setFields({ address, chosen });
      setSearch(
        (current) => {
          current.delete("after");
          for (const [name, value] of Object.entries({ actions: actions.join(), since, until }))
            if (value === null || value === "") current.delete(name);
            else current.set(name, value);
          return current;
        },
        { replace: true },
      );
    },
  };
}

const filterOf = (search: URLSearchParams): AuditFilter => ({
  actions: (search.get("actions") ?? "").split(",").filter(isAction),
  since: instant(search.get("since")),
  until: instant(search.get("until")),
});

const instant = (text: string | null): string | null =>
  text === null || Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString();
