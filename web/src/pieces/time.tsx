import type { ReactNode } from "react";

const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** An instant in local time, with the exact one on hover. `never`: said where there is none. */
export function Time({ at, never = "Never" }: { at: string | null | undefined; never?: string }): ReactNode {
  if (at === null || at === undefined) return never;
  return (
    <time dateTime={at} title={at}>
      {format.format(new Date(at))}
    </time>
  );
}
