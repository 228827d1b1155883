import { Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./usage-chart.module.css";

interface Day {
  /** Of UTC: 2026-11-22. */
  readonly date: string;
  readonly count: number;
}

interface Props {
  /** One after the other, the oldest first. */
  readonly days: readonly Day[];
  /** From this day on bars have another colour. */
  readonly since?: string | undefined;
}

const HEIGHT = 64;
const WIDTH = 10;
const GAP = 2;

const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const nameOf = (date: string): string => format.format(new Date(date));
const usesOf = (count: number): string => (count === 1 ? "1 use" : `${count} uses`);

/** A bar for each day; what it shows is also said. The component library has no chart of its own. */
export function UsageChart({ days, since }: Props): ReactNode {
  const most = days.reduce((one, other) => (other.count > one.count ? other : one), { date: "", count: 0 });
  const first = days.at(0);
  const last = days.at(-1);
  if (first === undefined || last === undefined) return null;
  const heightOf = (count: number): number => (count === 0 ? 1 : Math.max(4, (count / most.count) * HEIGHT));
  const used = days.filter(({ count }) => count > 0);
  const said = used.map(({ date, count }) => `${nameOf(date)}: ${usesOf(count)}`).join(", ");
  return (
    <Stack gap={4}>
      <svg
        role="img"
        aria-label={`Uses by day. ${said === "" ? "None." : said}`}
        className={classes.chart}
        viewBox={`0 0 ${days.length * (WIDTH + GAP) - GAP} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {days.map(({ date, count }, index) => (
          <rect
            key={date}
            className={
              count === 0 ? classes.none : since !== undefined && date >= since ? classes.late : undefined
            }
            x={index * (WIDTH + GAP)}
            y={HEIGHT - heightOf(count)}
            width={WIDTH}
            height={heightOf(count)}
          >
            <title>{`${nameOf(date)}: ${usesOf(count)}`}</title>
          </rect>
        ))}
      </svg>
      <Group justify="space-between" gap="xs" aria-hidden>
        <Text size="xs" c="dimmed">
          {nameOf(first.date)}
        </Text>
        <Text size="xs" c="dimmed">
          {most.count === 0 ? "no uses" : `at most ${most.count} a day`}
        </Text>
        <Text size="xs" c="dimmed">
          {nameOf(last.date)}
        </Text>
      </Group>
    </Stack>
  );
}
