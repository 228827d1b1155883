import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./usage-chart.module.css";

interface Day {
  /** In UTC: 2026-11-22. */
  readonly date: string;
  readonly count: number;
}

const HEIGHT = 100;
/** What a day takes, its bar and the gap beside it, in the units of the drawing. */
const STEP = 10;
const BAR = 8;
/** A single use is seen beside a day of many; a day without one has a line to stand on. */
const LEAST = 4;
const GROUND = 1;

const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const dateOf = ({ date }: Day): string => format.format(new Date(date));
const usesOf = (count: number): string => `${count} ${count === 1 ? "use" : "uses"}`;

/** How often a token was used, by day (UTC), the oldest first: a bar a day, with the number on hover. */
export function UsageChart({ days }: { readonly days: readonly Day[] }): ReactNode {
  const [first, last] = [days.at(0), days.at(-1)];
  if (first === undefined || last === undefined) return null;
  const total = days.reduce((sum, { count }) => sum + count, 0);
  const busiest = days.reduce((most, day) => (day.count > most.count ? day : most), first);
  const summary =
    total === 0
      ? `No use in ${days.length} days`
      : `${usesOf(total)} in ${days.length} days, most on ${dateOf(busiest)}: ${busiest.count}`;
  return (
    <Stack gap={4}>
      <Text size="sm">{summary}</Text>
      <svg
        role="img"
        aria-label={summary}
        className={classes.chart}
        viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {days.map((day, index) => {
          const { date, count } = day;
          const height = count === 0 ? GROUND : Math.max(LEAST, (count / busiest.count) * HEIGHT);
          const x = index * STEP;
          return (
            <g key={date}>
              <title>{`${dateOf(day)}: ${usesOf(count)}`}</title>
              <rect className={classes.day} x={x} y={0} width={STEP} height={HEIGHT} />
              <rect
                className={count === 0 ? classes.none : classes.bar}
                x={x}
                y={HEIGHT - height}
                width={BAR}
                height={height}
              />
            </g>
          );
        })}
      </svg>
      <Text size="sm" c="dimmed" className={classes.dates} component="div" aria-hidden>
        <span>{dateOf(first)}</span>
        <span>{dateOf(last)}</span>
      </Text>
    </Stack>
  );
}
