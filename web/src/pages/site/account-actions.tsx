import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
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
  const isSuspended = account.suspendedAt !== null;
  const dialog = {
    account,
    onClose: () => {
      setOpen(null);
    },
  };
  const item = (what: Open, label: string, color?: string): ReactNode => (
    <Menu.Item
      c={color}
      onClick={() => {
        setOpen(what);
      }}
    >
      {label}
    </Menu.Item>
  );
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            Change the account
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {item("name", "Change the name")}
          {item(
            "admin",
            account.isSiteAdmin === true ? "Remove as site administrator" : "Make site administrator",
          )}
          <Menu.Divider />
          {isSuspended ? item("resume", "Resume") : item("suspend", "Suspend", "var(--mantine-color-error)")}
          {item("revoke", "Revoke all of its tokens", "var(--mantine-color-error)")}
        </Menu.Dropdown>
      </Menu>
      {open === "name" && <NameDialog {...dialog} />}
      {open === "admin" && <SiteAdminDialog {...dialog} />}
      {open === "suspend" && <SuspendDialog {...dialog} />}
      {open === "resume" && <ResumeDialog {...dialog} />}
      {open === "revoke" && <RevokeAllDialog {...dialog} />}
    </>
  );
}
