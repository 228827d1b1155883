import type { TokenLife } from "../../src/domain/token";

/** The life of a token that was never rotated, and is no successor. */
export const neverRotated: Omit<TokenLife, "createdAt" | "expiresAt" | "revokedAt"> = {
  rotatedAt: null,
  replacesId: null,
  replacedById: null,
  handoverStartedAt: null,
  handoverEndsAt: null,
  overlapSeconds: null,
  successorUsedAt: null,
  overlapEndsAt: null,
  awaitsFirstUse: false,
  lapsesAt: null,
};
