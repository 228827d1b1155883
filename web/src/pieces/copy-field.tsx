import { Button, Group, Stack, Textarea } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useRef, useState, type ReactNode } from "react";
import { copyText } from "./clipboard";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onCopied?: (() => void) | undefined;
}

/** A text that is there to be taken elsewhere. */
export function CopyField({ label, value, onCopied }: Props): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState<string | null>(null);
  const isCopied = copied === value;
  const copy = async (): Promise<void> => {
    if (await copyText(value, field.current)) noteCopied();
  };
  const noteCopied = (): void => {
    setCopied(value);
    onCopied?.();
  };
  return (
    <Stack gap="xs">
      <Textarea
        ref={field}
        label={label}
        value={value}
        readOnly
        autosize
        spellCheck={false}
        onCopy={noteCopied}
        onFocus={(event) => {
          event.currentTarget.select();
        }}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      />
      <Group>
        <Button
          size="xs"
          variant="default"
          aria-label={`Copy the ${label}`}
          leftSection={isCopied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          onClick={() => void copy()}
        >
          {isCopied ? "Copied" : "Copy"}
        </Button>
      </Group>
    </Stack>
  );
}
