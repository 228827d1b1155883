import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { toFailure, type Failure } from "../../api/failure";
import { useSession } from "../../session/session";

export const badgePath = (slug: string): string => `/badge/${slug}.svg`;

const REFRESH_EVERY_MS = 30_000;

/** The badge of the default branch as it is now, as the address of a picture. It is asked for with the token in a header. */
export function useBadge(slug: string): UseQueryResult<string, Failure> {
  const { read } = useSession();
  const path = badgePath(slug);
  return useQuery<string, Failure>({
    queryKey: ["badge", path],
    queryFn: async ({ signal }) => {
      try {
        return `data:image/svg+xml,${encodeURIComponent(await read(path, signal))}`;
      } catch (error) {
        throw toFailure(error);
      }
    },
    refetchInterval: REFRESH_EVERY_MS,
  });
}
