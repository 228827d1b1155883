import { Button, Group } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { TokenSummary } from "./operations";
import { HandoverDialog } from "./handover-dialog";
import { RevokeDialog } from "./revoke-dialog";
import { RotateDialog } from "./rotate-dialog";
import { UsageDialog } from "./usage-dialog";

type Open = "usage" | "rotate" | "revoke" | "finish" | "cancel" | null;

interface Props {
  readonly token: TokenSummary;
  /** What ending it is called; to delete is asked for by typing DELETE. */
  readonly ending?: "Revoke" | "Delete";
}

/** What can be done with a token in its state, by somebody who may: nothing, once it has ended. */
export function TokenActions({ token, ending = "Revoke" }: Props): ReactNode {
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => {
    setOpen(null);
  };
  const button = (what: Open, label: string, color?: string): ReactNode => (
    <Button
      size="compact-sm"
      variant="default"
      c={color}
      aria-label={`${label} ${token.label}`}
      onClick={() => {
        setOpen(what);
      }}
    >
      {label}
    </Button>
  );
  const { state, handover } = token;
  if (state !== "ACTIVE" && state !== "RETIRING") return null;
  const isUnused = state === "RETIRING" && handover?.firstUseOfNewAt === null;
  return (
    <>
      <Group gap="xs" justify="flex-end">
        {button("usage", "Usage")}
        {(state === "ACTIVE" || isUnused) && button("rotate", "Rotate")}
        {state === "RETIRING" && button("finish", "Finish")}
        {isUnused && button("cancel", "Cancel rotation")}
        {button("revoke", ending, "var(--mantine-color-error)")}
      </Group>
      {open === "rotate" && <RotateDialog token={token} onClose={close} />}
      {open === "usage" && <UsageDialog token={token} onClose={close} />}
      {open === "revoke" && (
        <RevokeDialog
          token={token}
          action={ending}
          word={ending === "Delete" ? "DELETE" : undefined}
          onClose={close}
        />
      )}
      {(open === "finish" || open === "cancel") && (
        <HandoverDialog token={token} step={open} onClose={close} />
      )}
    </>
  );
}
