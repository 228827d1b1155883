import { Button, Group, MultiSelect, Switch, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { alarms, choices, isAction } from "./actions";
import { isFiltering, type AuditFilter } from "./filter";
import classes from "./filter-bar.module.css";

interface Props {
  readonly filter: AuditFilter;
  readonly onChange: (changes: Partial<AuditFilter>) => void;
}

/** Chooses the lines of an audit log. */
export function FilterBar({ filter, onChange }: Props): ReactNode {
  const { actions, since, until } = filter;
  const isOfAlarms = actions.length === alarms.length && alarms.every((alarm) => actions.includes(alarm));
  return (
    <Group align="flex-end" role="search" aria-label="Filter of the audit log" className={classes.bar}>
      <MultiSelect
        className={classes.actions}
        label="Actions"
        placeholder={actions.length === 0 ? "All" : ""}
        data={choices}
        value={[...actions]}
        onChange={(chosen) => {
          onChange({ actions: chosen.filter(isAction) });
        }}
        searchable
        nothingFoundMessage="No such action"
        // The list itself scrolls, and stays in its landmark.
        withScrollArea={false}
        classNames={{ options: classes.options ?? "" }}
        comboboxProps={{ withinPortal: false }}
      />
      <Instant
        label="From"
        value={since}
        onChange={(at) => {
          onChange({ since: at });
        }}
      />
      <Instant
        label="Until"
        value={until}
        onChange={(at) => {
          onChange({ until: at });
        }}
      />
      {isFiltering(filter) && (
        <Button
          variant="default"
          onClick={() => {
            onChange({ actions: [], since: null, until: null });
          }}
        >
          Show all
        </Button>
      )}
      <Switch
        className={classes.alarms}
        label="Only reused and leaked secrets"
        checked={isOfAlarms}
        onChange={(event) => {
          onChange({ actions: event.currentTarget.checked ? alarms : [] });
        }}
      />
    </Group>
  );
}

const MINUTE_MS = 60_000;

/** The field's own form: local, to the minute. */
function localOf(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
}

/** A local date and time; null while there is none. */
function Instant({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (at: string | null) => void;
}): ReactNode {
  return (
    <TextInput
      className={classes.instant}
      type="datetime-local"
      label={label}
      value={value === null ? "" : localOf(value)}
      // The digits of a year come one by one: an hour has four before it is one.
      min="2000-01-01T00:00"
      max="9999-12-31T23:59"
      onChange={({ currentTarget }) => {
        onChange(currentTarget.value === "" ? null : new Date(currentTarget.value).toISOString());
      }}
    />
  );
}
