import { Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useList } from "../../api/use-list";
import { RepositoryLink } from "../../pieces/links";
import { BuildBadge } from "../../pieces/build-badge";
import { PagedTable } from "../../pieces/paged-table";
import { SearchField } from "../../pieces/search-field";
import { useFilter } from "../../pieces/use-filter";
import { ScopeBadge } from "../../tokens/scopes";
import { CreateRepositoryDialog } from "./create-repository-dialog";
import { RepositoriesQuery } from "./operations";
import { useOrganization } from "./organization-context";

/** Organization > Repositories: those that the person who is signed in reaches. */
export function Component(): ReactNode {
  const organization = useOrganization();
  const { slug, isAdmin } = organization;
  const [query, setQuery] = useFilter("query");
  const [isCreating, creation] = useDisclosure(false);
  const list = useList(
    RepositoriesQuery,
    { slug, query: query === "" ? null : query },
    ({ organization: found }) => found?.repositories,
  );
  return (
    <>
      <Group justify="space-between" align="flex-end">
        <SearchField label="Search" placeholder="A part of the name" value={query} onSearch={setQuery} />
        {isAdmin && (
          <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={creation.open}>
            Create a repository
          </Button>
        )}
      </Group>
      <PagedTable
        label="Repositories"
        list={list}
        keyOf={({ id }) => id}
        empty={
          query !== ""
            ? `No repository has "${query}" in its name.`
            : isAdmin
              ? "There is none yet: create the first one above."
              : "There is none yet that you may see."
        }
        columns={[
          {
            header: "Repository",
            cell: ({ slug: address, description }) => (
              <Stack gap={2}>
                <RepositoryLink slug={address} />
                {description !== null && (
                  <Text size="sm" c="dimmed" lineClamp={2}>
                    {description}
                  </Text>
                )}
              </Stack>
            ),
          },
          { header: "Status", cell: ({ status }) => <BuildBadge status={status} /> },
          {
            header: "Your scope",
            cell: ({ viewerScope }) => <ScopeBadge scope={viewerScope} of="ofAccount" />,
          },
        ]}
      />
      {isCreating && <CreateRepositoryDialog organization={organization} onClose={creation.close} />}
    </>
  );
}
