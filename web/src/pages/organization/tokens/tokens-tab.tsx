import { Button, Group, Select, Text } from "@mantine/core";
import { IconPlus, IconRefresh, IconTrash } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useFilter } from "../../../pieces/use-filter";
import { scopes, toScope } from "../../../tokens/scopes";
import { WhichTokens, type Which } from "../../../tokens/which-tokens";
import { MissingPage } from "../../missing-page";
import { useOrganization } from "../organization-context";
import { CreateTokensDialog } from "./create-tokens-dialog";
import { OrganizationTokens } from "./organization-tokens";
import { RevokeAllDialog } from "./revoke-all-dialog";
import { RotateAllDialog } from "./rotate-all-dialog";

/** Organization > Tokens: those of its repositories, and what is done to all of them at once. */
export function Component(): ReactNode {
  const organization = useOrganization();
  const { slug } = organization;
  const [which, setWhich] = useState<Which>("live");
  const [scope, setScope] = useFilter("scope", which);
  const [open, setOpen] = useState<"create" | "rotate" | "revoke" | null>(null);
  const close = (): void => {
    setOpen(null);
  };
  if (!organization.isAdmin) return <MissingPage />;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <Text c="dimmed" maw={520}>
          Repository tokens let programs act on one repository each. These are the tokens of all repositories
          here.
        </Text>
        <Group gap="xs">
          <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setOpen("create")}>
            Create for all repositories
          </Button>
          <Button
            variant="default"
            leftSection={<IconRefresh size={18} aria-hidden />}
            onClick={() => setOpen("rotate")}
          >
            Rotate all
          </Button>
          <Button
            variant="default"
            c="var(--mantine-color-error)"
            leftSection={<IconTrash size={18} aria-hidden />}
            onClick={() => setOpen("revoke")}
          >
            Revoke all
          </Button>
        </Group>
      </Group>
      <Group align="flex-end">
        <WhichTokens value={which} onChange={setWhich} />
        <Select
          aria-label="Scope"
          data={[
            { value: "", label: "Every scope" },
            ...scopes.map(({ scope: value, name }) => ({ value, label: name })),
          ]}
          value={scope}
          allowDeselect={false}
          onChange={(value) => {
            setScope(value ?? "");
          }}
        />
      </Group>
      <OrganizationTokens slug={slug} which={which} scope={toScope(scope)} key={which} />
      {open === "create" && <CreateTokensDialog organization={organization} onClose={close} />}
      {open === "rotate" && <RotateAllDialog organization={organization} onClose={close} />}
      {open === "revoke" && <RevokeAllDialog organization={organization} onClose={close} />}
    </>
  );
}
