import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useList } from "../../../api/use-list";
import { AccountLink } from "../../../pieces/links";
import { PagedTable } from "../../../pieces/paged-table";
import { useViewer } from "../../../session/session";
import { MissingPage } from "../../missing-page";
import { MembersQuery } from "../operations";
import { useOrganization } from "../organization-context";
import { MembershipDialog } from "./membership-dialog";
import { RemovalDialog } from "./removal-dialog";

type Open =
  | { readonly what: "add" }
  | { readonly what: "change" | "remove"; readonly login: string; readonly role: "MEMBER" | "ADMIN" };

/** Organization > Members, and what each may do. */
export function Component(): ReactNode {
  const { slug, isAdmin, viewerRole } = useOrganization();
  const { account: own } = useViewer();
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => {
    setOpen(null);
  };
  const list = useList(MembersQuery, { slug }, ({ organization }) => organization?.members);
  if (!isAdmin && viewerRole === null) return <MissingPage />;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <Text c="dimmed" maw={520}>
          Members read all repositories here. Admins do everything, with the repositories, the members and the
          tokens.
        </Text>
        {isAdmin && (
          <Button
            leftSection={<IconPlus size={18} aria-hidden />}
            onClick={() => {
              setOpen({ what: "add" });
            }}
          >
            Add a member
          </Button>
        )}
      </Group>
      <PagedTable
        label="Members"
        list={list}
        keyOf={({ account }) => account.id}
        empty={isAdmin ? "Nobody is a member yet: add the first one above." : "Nobody is a member."}
        columns={[
          {
            header: "Member",
            cell: ({ account }) => (
              <Stack gap={2}>
                <Group gap="xs">
                  <AccountLink login={account.login} />
                  {account.id === own.id && (
                    <Badge variant="outline" size="sm">
                      you
                    </Badge>
                  )}
                  {account.kind === "SERVICE" && (
                    <Badge variant="light" color="gray" size="sm" title="A program, not a person">
                      service
                    </Badge>
                  )}
                </Group>
                {account.name !== null && (
                  <Text size="sm" c="dimmed">
                    {account.name}
                  </Text>
                )}
              </Stack>
            ),
          },
          { header: "Role", cell: ({ role }) => role.toLowerCase() },
          {
            header: "Actions",
            isActions: true,
            cell: ({ account: { id, login }, role }) => (
              <Group gap="xs" justify="flex-end">
                {isAdmin && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`Change role of ${login}`}
                    onClick={() => {
                      setOpen({ what: "change", login, role });
                    }}
                  >
                    Change role
                  </Button>
                )}
                {(isAdmin || id === own.id) && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    c="var(--mantine-color-error)"
                    aria-label={id === own.id ? `Leave ${slug}` : `Remove ${login}`}
                    onClick={() => {
                      setOpen({ what: "remove", login, role });
                    }}
                  >
                    {id === own.id ? "Leave" : "Remove"}
                  </Button>
                )}
              </Group>
            ),
          },
        ]}
      />
      {(open?.what === "add" || open?.what === "change") && (
        <MembershipDialog slug={slug} member={open.what === "change" ? open : null} onClose={close} />
      )}
      {open?.what === "remove" && <RemovalDialog slug={slug} login={open.login} onClose={close} />}
    </>
  );
}
