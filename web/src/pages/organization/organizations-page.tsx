import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useList, type List } from "../../api/use-list";
import { OrganizationLink } from "../../pieces/links";
import { Page } from "../../pieces/page";
import { PagedTable } from "../../pieces/paged-table";
import { SearchField } from "../../pieces/search-field";
import { useFilter } from "../../pieces/use-filter";
import { useViewer } from "../../session/session";
import { CreateOrganizationDialog } from "./create-organization-dialog";
import { AllOrganizationsQuery, OwnOrganizationsQuery } from "./operations";

interface Row {
  readonly id: string;
  readonly slug: string;
  readonly viewerRole: "MEMBER" | "ADMIN" | null;
}

/** The organizations of whoever is signed in; for site administrators, all of them. */
export function Component(): ReactNode {
  const { account } = useViewer();
  const isSiteAdmin = account.isSiteAdmin === true;
  const [isCreating, creation] = useDisclosure(false);
  return (
    <Page
      title="Organizations"
      description={
        isSiteAdmin
          ? "All of them: you are a site administrator."
          : "Those that you are a member of, with their repositories and tokens."
      }
      actions={
        isSiteAdmin && (
          <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={creation.open}>
            Create an organization
          </Button>
        )
      }
    >
      {isSiteAdmin ? <All /> : <Own />}
      {isCreating && <CreateOrganizationDialog onClose={creation.close} />}
    </Page>
  );
}

function All(): ReactNode {
  const [query, setQuery] = useFilter("query");
  const list = useList(
    AllOrganizationsQuery,
    { query: query === "" ? null : query },
    ({ organizations }) => organizations,
  );
  return (
    <>
      <SearchField label="Search" placeholder="A part of the name" value={query} onSearch={setQuery} />
      <Organizations
        list={list}
        empty={query === "" ? "There is none yet: create the first one above." : `None has "${query}" in it.`}
      />
    </>
  );
}

function Own(): ReactNode {
  const { nodes, ...list } = useList(OwnOrganizationsQuery, {}, ({ viewer }) => viewer.organizations);
  return (
    <Organizations
      list={{ ...list, nodes: nodes?.map(({ organization }) => organization) }}
      empty="You are a member of none. Their administrators add you, by your login."
    />
  );
}

function Organizations({ list, empty }: { readonly list: List<Row>; readonly empty: string }): ReactNode {
  return (
    <PagedTable
      label="Organizations"
      list={list}
      keyOf={({ id }) => id}
      empty={empty}
      columns={[
        { header: "Organization", cell: ({ slug }) => <OrganizationLink slug={slug} /> },
        {
          header: "Your role",
          cell: ({ viewerRole }) =>
            viewerRole === null ? <Text c="dimmed">none</Text> : viewerRole.toLowerCase(),
        },
      ]}
    />
  );
}
