import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { toFailure, type Failure } from "../../../api/failure";
import { everyNode } from "../../../api/use-every-node";
import { useSession, type Session } from "../../../session/session";
import { chunksOf } from "./chunks";
import { MOST_AT_ONCE, RotatableTokensQuery, RotateTokens } from "./operations";

/** Which tokens one call is to rotate. */
export type Target = { readonly organization: string } | { readonly ids: string[] };

interface Plan {
  readonly targets: readonly Target[];
  /** How many tokens will be rotated, as the server counts them. */
  readonly count: number;
}

/** How every token of an organization is rotated: in one call, or where they are too many for that, in several. */
export function useRotationPlan(
  slug: string,
  enabled: boolean,
): {
  readonly plan: Plan | undefined;
  /** How many tokens were looked at, where they are many. */
  readonly seen: number;
  readonly failure: Failure | null;
} {
  const { ask } = useSession();
  const [seen, setSeen] = useState(0);
  const { data, error } = useQuery<Plan, Failure>({
    queryKey: ["rotation plan", slug],
    queryFn: async ({ signal }) => {
      try {
        return await planFor(ask, slug, signal, setSeen);
      } catch (failure) {
        throw toFailure(failure);
      }
    },
    enabled,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  return { plan: data, seen, failure: error };
}

async function planFor(
  ask: Session["ask"],
  slug: string,
  signal: AbortSignal,
  onProgress: (count: number) => void,
): Promise<Plan> {
  const dryRun = async (target: Target): Promise<number> => {
    const { rotateTokens } = await ask(RotateTokens, { input: { ...target, dryRun: true } }, { signal });
    return rotateTokens?.rotatedCount ?? 0;
  };
  const whole = { organization: slug };
  try {
    return { targets: [whole], count: await dryRun(whole) };
  } catch (error) {
    if (toFailure(error).code !== "LIMIT_EXCEEDED") throw error;
  }
  const tokens = await everyNode(ask, {
    document: RotatableTokensQuery,
    variables: { slug },
    pick: ({ organization }) => organization?.tokens,
    signal,
    onProgress,
  });
  // Of an unused pair the predecessor is rotated: its successor in another call would rotate it twice.
  const heads = tokens.filter(({ replaces }) => !isUnusedHandover(replaces)).map(({ id }) => id);
  const targets = chunksOf(heads, MOST_AT_ONCE).map((ids) => ({ ids }));
  let count = 0;
  for (const target of targets) count += await dryRun(target);
  return { targets, count };
}

const isUnusedHandover = (
  replaces: {
    readonly state: string;
    readonly handover: { readonly firstUseOfNewAt: string | null } | null;
  } | null,
): boolean => replaces?.state === "RETIRING" && replaces.handover?.firstUseOfNewAt === null;
