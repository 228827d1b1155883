import { List, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Time } from "../pieces/time";
import { UNNAMED } from "./operations";
import classes from "./usage-clients.module.css";

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
    <List size="sm" aria-label="Latest clients" className={classes.clients}>
      {clients.map(({ ip, userAgent, lastUsedAt, count }) => (
        <List.Item key={`${ip ?? ""} ${userAgent ?? ""}`}>
          <strong>{userAgent ?? UNNAMED}</strong> {ip !== null && `at ${ip}`}: {count}{" "}
          {count === 1 ? "use" : "uses"}, the last <Time at={lastUsedAt} />
        </List.Item>
      ))}
    </List>
  );
