import { Select, Stack, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { Expiry } from "./expiry";

interface Props {
  readonly value: Expiry;
  readonly onChange: (value: Expiry) => void;
  readonly error?: ReactNode;
  /** Whether a token is replaced, whose lifetime can be kept. */
  readonly canKeep?: boolean;
}

const presets = [
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "never", label: "Never" },
  { value: "date", label: "At a date …" },
];
const keep = { value: "keep", label: "After as long as before" };

/** When a token expires: a preset, or a date. */
export function ExpiryField({ value, onChange, error, canKeep = false }: Props): ReactNode {
  return (
    <Stack gap="xs">
      <Select
        label="Expires"
        data={canKeep ? [keep, ...presets] : presets}
        value={value.choice}
        onChange={(choice) => {
          onChange({ ...value, choice: (choice ?? "never") as Expiry["choice"] });
        }}
        allowDeselect={false}
        error={value.choice === "date" ? undefined : error}
      />
      {value.choice === "date" && (
        <TextInput
          type="datetime-local"
          label="Date and time"
          value={value.date}
          onChange={(event) => {
            onChange({ ...value, date: event.currentTarget.value });
          }}
          error={error}
        />
      )}
    </Stack>
  );
}
