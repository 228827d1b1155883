import { Button, Center, Group, Paper, Skeleton, Stack, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { List } from "../api/use-list";
import { FailureAlert } from "./failure-alert";
import classes from "./paged-table.module.css";

export interface Column<Node> {
  readonly header: string;
  readonly cell: (node: Node) => ReactNode;
  /** A cell of buttons: its header is for screen readers alone. */
  readonly isActions?: boolean;
}

interface Props<Node> {
  /** What the list is of, for screen readers. */
  readonly label: string;
  readonly list: List<Node>;
  readonly columns: readonly Column<Node>[];
  readonly keyOf: (node: Node) => string;
  /** Said when there is nothing, with a way on from there. */
  readonly empty: ReactNode;
  /** Rows that stand out; their cells say why. */
  readonly isAlarming?: (node: Node) => boolean;
}

/** A page of a list, with the states in which there is none. On a narrow screen its rows are cards. */
export function PagedTable<Node>({ label, list, columns, keyOf, empty, isAlarming }: Props<Node>): ReactNode {
  const { nodes, failure } = list;
  if (nodes === undefined && failure !== null)
    return (
      <Stack align="flex-start">
        <FailureAlert failure={failure} />
        <Button variant="default" onClick={list.retry}>
          Try again
        </Button>
      </Stack>
    );
  if (nodes === undefined) return <Loading label={label} />;
  return (
    <Stack>
      {/* What is shown is from before: it could not be asked for again. */}
      <FailureAlert failure={failure} />
      {nodes.length === 0 ? (
        <Paper withBorder p="xl">
          <Center>{list.toPrevious === undefined ? empty : "There is nothing on this page any more."}</Center>
        </Paper>
      ) : (
        <Rows
          label={label}
          nodes={nodes}
          columns={columns}
          keyOf={keyOf}
          isAlarming={isAlarming}
          isTurning={list.isTurning}
        />
      )}
      <Turning label={label} list={list} shown={nodes.length} />
    </Stack>
  );
}

function Rows<Node>({
  label,
  nodes,
  columns,
  keyOf,
  isAlarming,
  isTurning,
}: Pick<Props<Node>, "label" | "columns" | "keyOf" | "isAlarming"> & {
  readonly nodes: readonly Node[];
  readonly isTurning: boolean;
}): ReactNode {
  // The roles are those that the elements have: a browser forgets them where the style sheet makes cards of them.
  return (
    <Table
      role="table"
      aria-label={label}
      aria-busy={isTurning}
      className={`${classes.table} ${isTurning ? classes.turning : ""}`}
      verticalSpacing="sm"
    >
      <Table.Thead role="rowgroup">
        <Table.Tr role="row">
          {columns.map(({ header, isActions }) => (
            <Table.Th role="columnheader" key={header} className={isActions ? classes.actions : undefined}>
              {header}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody role="rowgroup">
        {nodes.map((node) => (
          <Table.Tr
            role="row"
            key={keyOf(node)}
            className={isAlarming?.(node) === true ? classes.alarming : undefined}
          >
            {columns.map(({ header, cell, isActions }) => (
              <Table.Td
                role="cell"
                key={header}
                data-label={header}
                className={isActions ? classes.actions : undefined}
              >
                {isActions ? cell(node) : <div>{cell(node)}</div>}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Turning<Node>({
  label,
  list,
  shown,
}: {
  readonly label: string;
  readonly list: List<Node>;
  readonly shown: number;
}): ReactNode {
  const { toPrevious, toNext, totalCount } = list;
  return (
    <Group justify="space-between" component="nav" aria-label={`Pages of ${label}`}>
      <Text size="sm" c="dimmed" className={classes.numbers}>
        {shown === totalCount ? `${totalCount} in all` : `${shown} of ${totalCount}`}
      </Text>
      {(toPrevious !== undefined || toNext !== undefined) && (
        <Group gap="xs">
          <Button variant="default" size="xs" disabled={toPrevious === undefined} onClick={toPrevious}>
            Previous
          </Button>
          <Button variant="default" size="xs" disabled={toNext === undefined} onClick={toNext}>
            Next
          </Button>
        </Group>
      )}
    </Group>
  );
}

const Loading = ({ label }: { readonly label: string }): ReactNode => (
  <Stack role="status" aria-label={`Loading ${label}`}>
    {[0, 1, 2, 3].map((row) => (
      <Skeleton key={row} height={36} />
    ))}
  </Stack>
);
