import { SegmentedControl } from "@mantine/core";
import type { ReactNode } from "react";

/** Tokens that are accepted, or those that have ended. */
export type Which = "live" | "ended";

const states = {
  live: ["ACTIVE", "RETIRING"],
  ended: ["ROTATED", "EXPIRED", "REVOKED"],
} as const;

export const statesOf = (which: Which): (typeof states)[Which][number][] => [...states[which]];

interface Props {
  readonly value: Which;
  readonly onChange: (which: Which) => void;
}

export const WhichTokens = ({ value, onChange }: Props): ReactNode => (
  <div>
    <SegmentedControl
      aria-label="Which tokens"
      value={value}
      onChange={onChange}
      data={[
        { value: "live", label: "In use" },
        { value: "ended", label: "Ended" },
      ]}
    />
  </div>
);
