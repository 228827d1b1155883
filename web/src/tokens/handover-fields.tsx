import { Radio, Select, Stack } from "@mantine/core";
import type { ReactNode } from "react";

/** How old secrets end, as it is chosen in a form. */
export interface Manner {
  readonly handover: "ON_FIRST_USE" | "IMMEDIATE";
  /** How long the old secret stays good after the new one's first use, as a number in text. */
  readonly overlapSeconds: string;
}

export const likelyManner: Manner = { handover: "ON_FIRST_USE", overlapSeconds: "0" };

/** As the API takes it. */
export const mannerInput = ({
  handover,
  overlapSeconds,
}: Manner): { handover: Manner["handover"]; overlapSeconds: number } => ({
  handover,
  overlapSeconds: handover === "IMMEDIATE" ? 0 : Number(overlapSeconds),
});

const HOUR = 3600;
const overlaps = [
  { value: "0", label: "Ends at once" },
  { value: String(HOUR), label: "Stays for an hour" },
  { value: String(24 * HOUR), label: "Stays for a day" },
  { value: String(7 * 24 * HOUR), label: "Stays for 7 days" },
];

interface Props {
  readonly value: Manner;
  readonly onChange: (value: Manner) => void;
  /** Who is stopped by an immediate rotation. */
  readonly stops: ReactNode;
}

/** Chooses between the two handovers, and says what each means for the services that use the old secret. */
export function HandoverFields({ value, onChange, stops }: Props): ReactNode {
  return (
    <>
      <Radio.Group
        label="Handover"
        value={value.handover}
        onChange={(handover) => {
          onChange({ ...value, handover: handover });
        }}
      >
        <Stack gap="sm" mt="xs">
          <Radio
            value="ON_FIRST_USE"
            label="On first use"
            description="The old secret stays good until the new one is first used: nothing stops working while you replace it."
          />
          <Radio
            value="IMMEDIATE"
            label="Immediate"
            description="The old secret is refused at once: right when it may have leaked."
          />
        </Stack>
      </Radio.Group>
      {value.handover === "IMMEDIATE" ? (
        stops
      ) : (
        <Select
          label="The old secret, once the new one was used"
          data={overlaps}
          allowDeselect={false}
          value={value.overlapSeconds}
          onChange={(overlapSeconds) => {
            onChange({ ...value, overlapSeconds: overlapSeconds ?? "0" });
          }}
        />
      )}
    </>
  );
}
