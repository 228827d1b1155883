import { Button, Group } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { NameDialog } from "./name-dialog";
import type { AccountSummary } from "./operations";
import { ResumeDialog } from "./resume-dialog";
import { RevokeAllDialog } from "./revoke-all-dialog";
import { SiteAdminDialog } from "./site-admin-dialog";
import { SuspendDialog } from "./suspend-dialog";

type Open = "name" | "admin" | "suspend" | "resume" | "revoke" | null;

/** What a site administrator may do with an account. */
export function AccountActions({ account }: { readonly account: AccountSummary }): ReactNode {
  const [open, setOpen] = useState<Open>(null);
  const dialog = {
    account,
    onClose: () => {
      setOpen(null);
    },
  };
  const button = (what: Open, label: string, color?: string): ReactNode => (
    <Button
      variant="default"
      size="xs"
      c={color}
      onClick={() => {
        setOpen(what);
      }}
    >
      {label}
    </Button>
  );
  const danger = "var(--mantine-color-error)";
  return (
    <>
      <Group gap="xs">
        {button("name", "Change the name")}
        {button(
          "admin",
          account.isSiteAdmin === true ? "Remove as site administrator" : "Make site administrator",
        )}
        {account.suspendedAt === null ? button("suspend", "Suspend", danger) : button("resume", "Resume")}
        {button("revoke", "Revoke all of its tokens", danger)}
      </Group>
      {open === "name" && <NameDialog {...dialog} />}
      {open === "admin" && <SiteAdminDialog {...dialog} />}
      {open === "suspend" && <SuspendDialog {...dialog} />}
      {open === "resume" && <ResumeDialog {...dialog} />}
      {open === "revoke" && <RevokeAllDialog {...dialog} />}
    </>
  );
}
