import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { createContext, useCallback, useContext, useEffect, useRef, useState, type ReactNode } from "react";
import { useBlocker } from "react-router";
import { copyText } from "./clipboard";

export interface Revealed {
  /** What it is: `Token "laptop" was created`. */
  readonly title: string;
  readonly secret: string;
  /** What happens next, below the secret. */
  readonly after?: ReactNode;
}

const RevealContext = createContext<(revealed: Revealed) => void>(() => undefined);

/** Shows a secret, this once. It is kept nowhere but in the dialog, and is gone with it. */
export const useReveal = (): ((revealed: Revealed) => void) => useContext(RevealContext);

export function SecretOnceProvider({ children }: { children: ReactNode }): ReactNode {
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const close = useCallback(() => {
    setRevealed(null);
  }, []);
  return (
    <RevealContext value={setRevealed}>
      {children}
      {revealed !== null && <SecretOnce key={revealed.secret} {...revealed} onClose={close} />}
    </RevealContext>
  );
}

function SecretOnce({
  title,
  secret,
  after,
  onClose,
}: Revealed & { readonly onClose: () => void }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const blocker = useBlocker(!isCopied);
  useWarning(!isCopied);

  const copy = async (): Promise<void> => {
    if (await copyText(secret, field.current)) setCopied(true);
  };
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
        if (isCopied) leave();
        else setLeaving(true);
      }}
      closeOnClickOutside={false}
      title={title}
      size="lg"
    >
      <Stack>
        <Textarea
          ref={field}
          label="Secret"
          description="Shown this once: there is no way to see it again."
          value={secret}
          readOnly
          autosize
          spellCheck={false}
          onFocus={(event) => {
            event.currentTarget.select();
          }}
          onCopy={() => {
            setCopied(true);
          }}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        />
        <Group>
          <Button
            leftSection={isCopied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
            onClick={() => void copy()}
            data-autofocus
          >
            {isCopied ? "Copied" : "Copy the secret"}
          </Button>
          {isCopied && (
            <Button variant="default" onClick={leave}>
              Done
            </Button>
          )}
        </Group>
        <Text size="sm">
          Keep it in an environment variable of the service that uses it, never in a configuration file: files
          are committed, copied and read by others.
        </Text>
        {after}
        {isAsking && !isCopied && (
          <Alert role="alert" color="yellow" title="You have not copied the secret">
            <Stack gap="sm">
              Once this is closed nobody can show it again; the token would have to be rotated.
              <Group gap="xs">
                <Button size="xs" onClick={stay}>
                  Stay
                </Button>
                <Button size="xs" variant="default" onClick={leave}>
                  Close without copying
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
