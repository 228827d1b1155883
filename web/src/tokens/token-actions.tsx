import { Button, Group } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { TokenSummary } from "./operations";
import { HandoverDialog } from "./handover-dialog";
import { RevokeDialog } from "./revoke-dialog";
import { RotateDialog } from "./rotate-dialog";

type Open = "rotate" | "revoke" | "finish" | "cancel" | null;

/** What can be done with a token in its state, by somebody who may: nothing, once it has ended. */
export function TokenActions({ token }: { readonly token: TokenSummary }): ReactNode {
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
        {(state === "ACTIVE" || isUnused) && button("rotate", "Rotate")}
        {state === "RETIRING" && button("finish", "Finish")}
        {isUnused && button("cancel", "Cancel rotation")}
        {button("revoke", "Revoke", "var(--mantine-color-error)")}
      </Group>
      {open === "rotate" && <RotateDialog token={token} onClose={close} />}
      {open === "revoke" && <RevokeDialog token={token} onClose={close} />}
      {(open === "finish" || open === "cancel") && (
        <HandoverDialog token={token} step={open} onClose={close} />
      )}
    </>
  );
}
