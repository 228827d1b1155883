import { Button, Group, Text, Textarea } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { createContext, useCallback, useContext, useRef, useState, type ReactNode } from "react";
import { copyText } from "./clipboard";
import { OnceDialog } from "./once-dialog";

export interface Revealed {
  /** What it is: `Token "laptop" was created`. */
  readonly title: string;
  readonly secret: string;
  /** What happens next, below the secret. A function: for what holds the secret, and says when it was copied. */
  readonly after?: ReactNode | ((onCopied: () => void) => ReactNode);
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

const question = {
  title: "You have not copied the secret",
  text: "Once this is closed nobody can show it again; the token would have to be rotated.",
  leave: "Close without copying",
};

function SecretOnce({
  title,
  secret,
  after,
  onClose,
}: Revealed & { readonly onClose: () => void }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const noteCopied = (): void => {
    setCopied(true);
  };
  const copy = async (): Promise<void> => {
    if (await copyText(secret, field.current)) noteCopied();
  };
  return (
    <OnceDialog title={title} isKept={isCopied} question={question} onClose={onClose}>
      {(leave) => (
        <>
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
            onCopy={noteCopied}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          />
          <Group>
            <Button
              leftSection={
                isCopied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />
              }
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
            Keep it in an environment variable of the service that uses it, never in a configuration file:
            files are committed, copied and read by others.
          </Text>
          {typeof after === "function" ? after(noteCopied) : after}
        </>
      )}
    </OnceDialog>
  );
}
