import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { UsageChart } from "../../tokens/usage-chart";
import { UsageClients } from "../../tokens/usage-clients";
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
      <UsageClients clients={clients} />
    </Stack>
  );
}
