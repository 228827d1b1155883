import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { Page } from "../../pieces/page";
import { useViewer } from "../../session/session";
import { WhichTokens, type Which } from "../../tokens/which-tokens";
import { AccountTokens } from "./account-tokens";
import { CreateTokenDialog } from "./create-token-dialog";

/** Account > Access management: the tokens of whoever is signed in. */
export function Component(): ReactNode {
  const { account } = useViewer();
  const [isCreating, creation] = useDisclosure(false);
  const [which, setWhich] = useState<Which>("live");
  return (
    <Page
      title="Access management"
      description="Account tokens let programs act as you, wherever you may act yourself."
      actions={
        <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={creation.open}>
          Create a token
        </Button>
      }
    >
      <WhichTokens value={which} onChange={setWhich} />
      <AccountTokens login={account.login} which={which} key={which} />
      {isCreating && <CreateTokenDialog login={account.login} onClose={creation.close} />}
    </Page>
  );
}
