import { Anchor, Group, Select } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useList } from "../../api/use-list";
import { Page } from "../../pieces/page";
import { PagedTable } from "../../pieces/paged-table";
import { SearchField } from "../../pieces/search-field";
import { useFilter } from "../../pieces/use-filter";
import { BuildBadge } from "../../pieces/build-badge";
import { RepositoriesQuery } from "./operations";
import { pathOf } from "./repository";
import { ScopeBadge, scopes, toScope } from "../../tokens/scopes";

/** The repositories that the signed-in person reaches. */
export function Component(): ReactNode {
  const [query, setQuery] = useFilter("query");
  const [scope, setScope] = useFilter("scope");
  const minimumScope = toScope(scope) ?? "STATUS";
  const list = useList(
    RepositoriesQuery,
    { minimumScope, query: query === "" ? null : query },
    ({ viewer }) => viewer.repositories,
  );
  return (
    <Page
      title="Repositories"
      description="Those that you reach, by your role in their organization or as a collaborator."
    >
      <Group align="flex-end">
        <SearchField label="Search" placeholder="acme/web" value={query} onSearch={setQuery} />
        <Select
          label="Your scope"
          data={scopes.map(({ scope: value, name }, index) => ({
            value,
            label: index === scopes.length - 1 ? name : `${name} or more`,
          }))}
          value={minimumScope}
          onChange={(value) => {
            setScope(value === null || value === "STATUS" ? "" : value);
          }}
          allowDeselect={false}
        />
      </Group>
      <PagedTable
        label="Repositories"
        list={list}
        keyOf={({ id }) => id}
        empty={
          query === "" && minimumScope === "STATUS"
            ? "You reach no repository yet: an administrator of its organization gives you a role or makes you a collaborator."
            : "You reach no repository like that."
        }
        columns={[
          {
            header: "Repository",
            cell: ({ slug }) => (
              <Anchor component={Link} to={pathOf(slug)} inherit fw={600}>
                {slug}
              </Anchor>
            ),
          },
          { header: "Status", cell: ({ status }) => <BuildBadge status={status} /> },
          {
            header: "Your scope",
            cell: ({ viewerScope }) => <ScopeBadge scope={viewerScope} of="ofAccount" />,
          },
        ]}
      />
    </Page>
  );
}
