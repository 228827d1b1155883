import { Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Time } from "../pieces/time";
import { UNNAMED } from "./operations";

interface Client {
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly lastUsedAt: string;
  readonly count: number;
}

/** Who used a token last: by program and address. */
export const UsageClients = ({ clients }: { readonly clients: readonly Client[] }): ReactNode =>
  clients.length === 0 ? (
    <Text size="sm">Nobody used it in this time.</Text>
  ) : (
    <Table aria-label="Latest clients" layout="auto">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Program</Table.Th>
          <Table.Th>Address</Table.Th>
          <Table.Th>Last used</Table.Th>
          <Table.Th>Uses</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {clients.map(({ ip, userAgent, lastUsedAt, count }) => (
          <Table.Tr key={`${ip ?? ""} ${userAgent ?? ""}`}>
            <Table.Td>{userAgent ?? UNNAMED}</Table.Td>
            <Table.Td>{ip ?? "unknown"}</Table.Td>
            <Table.Td>
              <Time at={lastUsedAt} />
            </Table.Td>
            <Table.Td>{count}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
