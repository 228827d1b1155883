import { Anchor, Code, Group, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useList } from "../../api/use-list";
import { PagedTable } from "../../pieces/paged-table";
import { SearchField } from "../../pieces/search-field";
import { Time } from "../../pieces/time";
import { useFilter } from "../../pieces/use-filter";
import { BuildBadge } from "../../pieces/build-badge";
import { BuildsQuery } from "./operations";

const SHORT_COMMIT = 8;

/** The builds of a repository, the newest first. */
export function Builds({ slug }: { readonly slug: string }): ReactNode {
  const [branch, setBranch] = useFilter("branch");
  const list = useList(
    BuildsQuery,
    { slug, branch: branch === "" ? null : branch },
    ({ repository }) => repository?.builds ?? null,
  );
  return (
    <Stack>
      <Group>
        <SearchField label="Branch" placeholder="its whole name" value={branch} onSearch={setBranch} />
      </Group>
      <PagedTable
        label="Builds"
        list={list}
        keyOf={({ id }) => id}
        empty={branch === "" ? "No build was reported yet." : `No build of a branch called ${branch}.`}
        columns={[
          {
            header: "Build",
            cell: ({ number, url }) =>
              url === null ? (
                `#${number}`
              ) : (
                <Anchor inherit href={url} target="_blank" rel="noreferrer">
                  #{number}
                </Anchor>
              ),
          },
          { header: "Status", cell: ({ status }) => <BuildBadge status={status} /> },
          { header: "Branch", cell: ({ branch }) => branch },
          {
            header: "Commit",
            cell: ({ commit }) => <Code title={commit}>{commit.slice(0, SHORT_COMMIT)}</Code>,
          },
          { header: "Reported", cell: ({ reportedAt }) => <Time at={reportedAt} /> },
        ]}
      />
    </Stack>
  );
}
