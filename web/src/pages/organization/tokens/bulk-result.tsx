import { Button, Group, Progress, Stack, Text, Textarea } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload } from "@tabler/icons-react";
import { useRef, useState, type ReactNode } from "react";
import type { Batches } from "../../../api/use-batches";
import { copyText } from "../../../pieces/clipboard";
import { FailureAlert } from "../../../pieces/failure-alert";
import { OnceDialog } from "../../../pieces/once-dialog";
import { csvOf } from "./csv";
import { saveFile } from "./save-file";

interface Props {
  readonly title: string;
  /** Without its ending. */
  readonly fileName: string;
  readonly header: readonly string[];
  /** What was made so far: repository and secret first. */
  readonly rows: readonly (readonly string[])[];
  /** How many there will be. */
  readonly total: number;
  readonly batches: Pick<Batches<never, never>, "goOn" | "isRunning" | "failure" | "left">;
  /** What happens next, below the rows. */
  readonly after?: ReactNode;
  readonly onClose: () => void;
}

/** Tokens as they are made, and their secrets this once: as a file, or for the clipboard. */
export function BulkResult(props: Props): ReactNode {
  const { title, fileName, header, rows, total, batches, after, onClose } = props;
  const { isRunning, failure, left, goOn } = batches;
  const [saved, setSaved] = useState<{ readonly how: "saved" | "copied"; readonly count: number } | null>(
    null,
  );
  const field = useRef<HTMLTextAreaElement>(null);
  const csv = csvOf(header, rows);
  const isKept = rows.length === (saved?.count ?? 0);
  const keep = (how: "saved" | "copied"): void => {
    setSaved({ how, count: rows.length });
  };
  const copy = async (): Promise<void> => {
    if (await copyText(csv, field.current)) keep("copied");
  };
  return (
    <OnceDialog
      title={title}
      isKept={isKept}
      isBusy={isRunning}
      question={isRunning ? whileRunning : unsaved}
      onClose={onClose}
    >
      {(leave) => (
        <>
          <Text role="status">
            {isRunning || left > 0 ? `${rows.length} of ${total} are made.` : `${made(rows.length)}.`}
          </Text>
          {isRunning && (
            <Progress
              value={total === 0 ? 0 : (100 * rows.length) / total}
              aria-label="Made so far"
              animated
            />
          )}
          <FailureAlert failure={failure} />
          {failure !== null && left > 0 && (
            <Stack gap="xs" align="flex-start">
              <Text size="sm">
                What was made stays, and is below. {total - rows.length} are still to be made.
              </Text>
              <Button variant="default" onClick={goOn}>
                Go on with the other {total - rows.length}
              </Button>
            </Stack>
          )}
          {!isRunning && rows.length > 0 && (
            <>
              <Textarea
                ref={field}
                label={header.join(",")}
                description="Shown this once: there is no way to see these secrets again."
                value={csv}
                readOnly
                rows={8}
                spellCheck={false}
                styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", whiteSpace: "pre" } }}
              />
              <Group>
                <Button
                  leftSection={<IconDownload size={18} aria-hidden />}
                  onClick={() => {
                    saveFile(`${fileName}.csv`, csv);
                    keep("saved");
                  }}
                  data-autofocus
                >
                  Download the CSV
                </Button>
                <Button
                  variant="default"
                  leftSection={
                    isKept && saved?.how === "copied" ? (
                      <IconCheck size={18} aria-hidden />
                    ) : (
                      <IconCopy size={18} aria-hidden />
                    )
                  }
                  onClick={() => void copy()}
                >
                  {isKept && saved?.how === "copied" ? "Copied" : "Copy"}
                </Button>
                {isKept && (
                  <Button variant="default" onClick={leave}>
                    Done
                  </Button>
                )}
              </Group>
              <Text size="sm">
                Hand each secret to the service that uses it, in an environment variable, and delete the file
                then: whoever reads it has all of them.
              </Text>
              {after}
            </>
          )}
          {!isRunning && rows.length === 0 && (
            <Group>
              <Button variant="default" onClick={leave}>
                Done
              </Button>
            </Group>
          )}
        </>
      )}
    </OnceDialog>
  );
}

const made = (count: number): string => (count === 1 ? "1 token was made" : `${count} tokens were made`);

const unsaved = {
  title: "You have not saved the secrets",
  text: "Once this is closed nobody can show them again; the tokens would have to be rotated.",
  leave: "Close without saving",
};
const whileRunning = {
  title: "Tokens are being made",
  text: "What is made after this was closed is shown to nobody; those tokens would have to be rotated.",
  leave: "Close all the same",
};
