import { Button, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { WhichTokens, type Which } from "../../tokens/which-tokens";
import { AccountTokens } from "../account/account-tokens";
import { CreateTokenDialog } from "../account/create-token-dialog";
import { useAccount } from "./account";

/** The account tokens of an account. */
export function Component(): ReactNode {
  const { login } = useAccount();
  const [which, setWhich] = useState<Which>("live");
  const [isCreating, creation] = useDisclosure(false);
  return (
    <>
      <Group justify="space-between">
        <WhichTokens value={which} onChange={setWhich} />
        <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={creation.open}>
          Create a token
        </Button>
      </Group>
      <AccountTokens login={login} which={which} key={which} />
      {isCreating && <CreateTokenDialog login={login} onClose={creation.close} />}
    </>
  );
}
