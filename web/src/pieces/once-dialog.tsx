import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { useBlocker } from "react-router";

interface Props {
  readonly title: string;
  /** Whether what is shown was taken along: until then leaving is asked about. */
  readonly isKept: boolean;
  /** While more is being made. */
  readonly isBusy?: boolean;
  /** What is asked, and what will be lost. */
  readonly question: { readonly title: string; readonly text: ReactNode; readonly leave: string };
  readonly onClose: () => void;
  /** `leave`: for a button that closes it. */
  readonly children: (leave: () => void) => ReactNode;
}

/** Shows what can be shown once: it asks before it is closed, the page is left, or the browser's tab is. */
export function OnceDialog({ title, isKept, isBusy = false, question, onClose, children }: Props): ReactNode {
  const [isLeaving, setLeaving] = useState(false);
  const isHeld = !isKept || isBusy;
  const blocker = useBlocker(isHeld);
  useWarning(isHeld);

  const leave = (): void => {
    onClose();
    if (blocker.state === "blocked") blocker.proceed();
  };
  const stay = (): void => {
    setLeaving(false);
    if (blocker.state === "blocked") blocker.reset();
  };
  const isAsking = isLeaving || blocker.state === "blocked";

  return (
    <Modal
      opened
      onClose={() => {
        if (isHeld) setLeaving(true);
        else leave();
      }}
      closeOnClickOutside={false}
      title={title}
      size="lg"
    >
      <Stack>
        {children(leave)}
        {isAsking && isHeld && (
          <Alert role="alert" color="yellow" title={question.title}>
            <Stack gap="sm">
              {question.text}
              <Group gap="xs">
                <Button size="xs" onClick={stay}>
                  Stay
                </Button>
                <Button size="xs" variant="default" onClick={leave}>
                  {question.leave}
                </Button>
              </Group>
            </Stack>
          </Alert>
        )}
      </Stack>
    </Modal>
  );
}

/** The browser asks before the page is closed or loaded again. */
function useWarning(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const warn = (event: BeforeUnloadEvent): void => {
      event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => {
      removeEventListener("beforeunload", warn);
    };
  }, [isOn]);
}
