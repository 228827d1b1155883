import { Stack, Table, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Time } from "../../pieces/time";
import { UsageChart } from "../../tokens/usage-chart";
import type { TokenDetails } from "./operations";

/** Where a token is used: by day, and by whom. */
export function TokenUses({ days, clients }: NonNullable<TokenDetails["usage"]>): ReactNode {
  const count = days.reduce((sum, day) => sum + day.count, 0);
  return (
    <Stack gap="sm">
      <Title order={3} size="h4">
        Where it is used
      </Title>
      <Text>
        {count} {count === 1 ? "use" : "uses"} in the last {days.length} days.
      </Text>
      <UsageChart days={days} />
      {clients.length > 0 && (
        <Table.ScrollContainer minWidth={0}>
          <Table aria-label="Latest clients">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Program and address</Table.Th>
                <Table.Th>Uses</Table.Th>
                <Table.Th>Last</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {clients.map(({ ip, userAgent, lastUsedAt, count: uses }) => (
                <Table.Tr key={`${ip ?? ""} ${userAgent ?? ""}`}>
                  <Table.Td>
                    {userAgent ?? "an unnamed program"}
                    {ip !== null && (
                      <Text size="sm" c="dimmed">
                        {ip}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>{uses}</Table.Td>
                  <Table.Td>
                    <Time at={lastUsedAt} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
