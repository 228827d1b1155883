import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { Change } from "../api/use-change";
import { FailureAlert } from "./failure-alert";

interface Props {
  readonly title: string;
  /** What is done, as a verb: the words on the button. */
  readonly action: string;
  /** Has to be typed first, for what cannot be undone: DELETE. */
  readonly word?: string | undefined;
  /** False while it cannot be done. */
  readonly isPossible?: boolean;
  readonly change: Pick<Change<never>, "isRunning" | "failure">;
  /** What will happen. */
  readonly children: ReactNode;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is ended. */
export function ConfirmDialog({
  title,
  action,
  word,
  isPossible = true,
  change,
  children,
  onConfirm,
  onClose,
}: Props): ReactNode {
  const [typed, setTyped] = useState("");
  const isReady = isPossible && (word === undefined || typed === word);
  return (
    <Modal opened onClose={onClose} title={title} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) onConfirm();
        }}
      >
        <Stack>
          {children}
          {word !== undefined && (
            <TextInput
              label={`Type ${word} to go on`}
              value={typed}
              autoComplete="off"
              onChange={(event) => {
                setTyped(event.currentTarget.value);
              }}
            />
          )}
          <FailureAlert failure={change.failure} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={change.isRunning} disabled={!isReady}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
