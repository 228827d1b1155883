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

/** As the API takes it. */
export const variablesOf = ({ actions, since, until }: AuditFilter) => ({
  actions: actions.length === 0 ? null : [...actions],
  since,
  until,
});

const instant = (text: string | null): string | null =>
  text === null || Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString();

/** The filter is part of the address, so that a reload and a link find the same lines. A change goes to the first page. */
export function useAuditFilter(): [AuditFilter, (changes: Partial<AuditFilter>) => void] {
  const [search, setSearch] = useSearchParams();
  const filter: AuditFilter = {
    actions: (search.get("actions") ?? "").split(",").filter(isAction),
    since: instant(search.get("since")),
    until: instant(search.get("until")),
  };
  const change = (changes: Partial<AuditFilter>): void => {
    const { actions, since, until } = { ...filter, ...changes };
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
  };
  return [filter, change];
}
