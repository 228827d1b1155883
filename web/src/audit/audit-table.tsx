import { Stack } from "@mantine/core";
import type { ReactNode } from "react";
import type { List } from "../api/use-list";
import { PagedTable } from "../pieces/paged-table";
import { Time } from "../pieces/time";
import { isAlarm } from "./actions";
import { Actor, Origin, Subject, What, type AuditSubject } from "./event-cells";
import { isFiltering, type FilterChoice } from "./filter";
import { FilterBar } from "./filter-bar";
import type { AuditEvent } from "./operations";

interface Props {
  readonly of: AuditSubject;
  readonly list: List<AuditEvent>;
  readonly choice: FilterChoice;
}

/** The lines of an audit log, the newest first, and the choice of them. */
export function AuditTable({ of, list, choice }: Props): ReactNode {
  return (
    <Stack>
      {list.failure?.code !== "FORBIDDEN" && <FilterBar filter={choice.chosen} onChange={choice.choose} />}
      <PagedTable
        label="Audit log"
        list={list}
        keyOf={({ id }) => id}
        isAlarming={isAlarm}
        empty={isFiltering(choice.filter) ? "Nothing of that kind happened." : "Nothing has happened yet."}
        columns={[
          { header: "When", cell: ({ at }) => <Time at={at} /> },
          { header: "What", cell: (event) => <What event={event} /> },
          { header: "On", cell: (event) => <Subject event={event} subject={of} /> },
          { header: "By", cell: (event) => <Actor event={event} /> },
          { header: "From", cell: (event) => <Origin event={event} /> },
        ]}
      />
    </Stack>
  );
}
