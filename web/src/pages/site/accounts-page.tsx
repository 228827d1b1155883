import { Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useList } from "../../api/use-list";
import { AccountLink } from "../../pieces/links";
import { Page } from "../../pieces/page";
import { PagedTable } from "../../pieces/paged-table";
import { SearchField } from "../../pieces/search-field";
import { Time } from "../../pieces/time";
import { useFilter } from "../../pieces/use-filter";
import { useViewer } from "../../session/session";
import { CreateTokenDialog } from "../account/create-token-dialog";
import { AccountBadges } from "./account-badges";
import { CreateAccountDialog } from "./create-account-dialog";
import { AccountsQuery } from "./operations";

/** Site administration > Accounts: people and services. */
export function Component(): ReactNode {
  const isSiteAdmin = useViewer().account.isSiteAdmin === true;
  const [isCreating, creation] = useDisclosure(false);
  const [tokenFor, setTokenFor] = useState<string | null>(null);
  return (
    <Page
      title="Accounts"
      description="People, and the services that verify tokens."
      actions={
        isSiteAdmin && (
          <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={creation.open}>
            Create an account
          </Button>
        )
      }
    >
      <Accounts />
      {isCreating && <CreateAccountDialog onClose={creation.close} onToken={setTokenFor} />}
      {tokenFor !== null && (
        <CreateTokenDialog
          login={tokenFor}
          onClose={() => {
            setTokenFor(null);
          }}
        />
      )}
    </Page>
  );
}

function Accounts(): ReactNode {
  const [query, setQuery] = useFilter("query");
  const list = useList(AccountsQuery, { query: query === "" ? null : query }, ({ accounts }) => accounts);
  return (
    <>
      {list.failure?.code !== "FORBIDDEN" && (
        <SearchField
          label="Search"
          placeholder="A part of the login or name"
          value={query}
          onSearch={setQuery}
        />
      )}
      <PagedTable
        label="Accounts"
        list={list}
        keyOf={({ id }) => id}
        empty={`None has "${query}" in its login or name.`}
        columns={[
          {
            header: "Account",
            cell: ({ login, name }) => (
              <Stack gap={2}>
                <AccountLink login={login} />
                {name !== null && <Text size="sm">{name}</Text>}
              </Stack>
            ),
          },
          { header: "Kind and state", cell: (account) => <AccountBadges {...account} /> },
          { header: "Created", cell: ({ createdAt }) => <Time at={createdAt} /> },
        ]}
      />
    </>
  );
}
