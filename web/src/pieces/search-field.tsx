import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";

interface Props {
  readonly label: string;
  readonly placeholder?: string;
  /** What is looked for now. */
  readonly value: string;
  /** Called when typing pauses, and at once on Enter. */
  readonly onSearch: (value: string) => void;
}

const PAUSE_MS = 300;

/** Narrows a list down while one types. */
export function SearchField({ label, placeholder, value, onSearch }: Props): ReactNode {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  // Changed from elsewhere, by the back button for one.
  if (value !== seen) {
    setSeen(value);
    if (value !== typed.trim()) setTyped(value);
  }
  const search = useDebouncedCallback(onSearch, PAUSE_MS);
  return (
    <form
      role="search"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        search.cancel();
        onSearch(typed.trim());
      }}
    >
      <TextInput
        type="search"
        label={label}
        placeholder={placeholder}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          search(event.currentTarget.value.trim());
        }}
      />
    </form>
  );
}
