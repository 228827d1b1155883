import type { Call } from "./changes";
import type { Asker, Thing } from "./relations";
import { OPAQUE } from "./values";
import type { TokenRow, World } from "./world";

/** What one mutation did: the world before and after it. */
export interface Effect {
  readonly call: Call;
  readonly asker: Asker;
  readonly before: World;
  readonly after: World;
}

/** Tokens that the mutation made, rotated or ended. */
export function touchedTokens({ before, after }: Effect): TokenRow[] {
  const known = new Map(before.tokens.map((token) => [token.id, fateOf(token)]));
  return after.tokens.filter((token) => known.get(token.id) !== fateOf(token));
}

/** Not what it awaits: when the old token ends, a new one that is unused waits no more, and nothing happened to it. */
const fateOf = ({ replacedById, handoverStartedAt, rotatedAt, revokedAt }: TokenRow): string =>
  JSON.stringify([replacedById, handoverStartedAt, rotatedAt, revokedAt]);

function newOnes(
  effect: Effect,
  of: "accounts" | "organizations" | "repositories" | "builds" | "tokens",
): { id: number }[] {
  const known = new Set<number>(effect.before[of].map((row) => row.id));
  return [...effect.after[of]].filter((row) => !known.has(row.id));
}

function newlyRevoked({ before, after }: Effect): number {
  const live = new Set(before.tokens.filter((token) => token.revokedAt === null).map((token) => token.id));
  return after.tokens.filter((token) => token.revokedAt !== null && live.has(token.id)).length;
}

const withSecret = ({ id }: { readonly id: number }) => ({ id: 0, tokenId: id, secret: OPAQUE });

/** Of a pair whose new one is unused it is the old one that is replaced, whichever of the two was meant. */
const rotation = (made: TokenRow) => ({ ...withSecret(made), replacedId: made.replacesId });

/** The object that the payload shows: the new one, or the one that was meant. */
const shown = (effect: Effect, of: "accounts" | "organizations" | "repositories" | "builds"): number =>
  newOnes(effect, of)[0]?.id ?? effect.call.targets[0]!.row.id;

function meantToken({ call, asker }: Effect): number {
  const [target] = call.targets;
  return target?.row.id ?? (asker.kind === "anonymous" ? 0 : asker.token.id);
}

const payloads: Readonly<Record<string, (effect: Effect) => object>> = {
  CreateTokenPayload: (effect) => withSecret(newOnes(effect, "tokens")[0]!),
  CreateRepositoryTokensPayload: (effect) => ({ tokens: inTheOrderAsked(effect).map(withSecret) }),
  RotateTokenPayload: (effect) => rotation((newOnes(effect, "tokens") as TokenRow[])[0]!),
  RotateTokensPayload: (effect) => {
    const tokens = (newOnes(effect, "tokens") as TokenRow[]).map(rotation);
    return { rotatedCount: tokens.length, tokens };
  },
  TokenPayload: (effect) => ({ tokenId: meantToken(effect) }),
  RevokeTokenPayload: (effect) => ({ tokenId: meantToken(effect), revokedCount: newlyRevoked(effect) }),
  RevokeTokensPayload: (effect) => ({ revokedCount: newlyRevoked(effect) }),
  ReportLeakedTokenPayload: () => ({ accepted: true }),
  ImportTokensPayload: (effect) => ({ tokens: newOnes(effect, "tokens") }),
  AccountPayload: (effect) => ({ accountId: shown(effect, "accounts") }),
  OrganizationPayload: (effect) => ({ organizationId: shown(effect, "organizations") }),
  RepositoryPayload: (effect) => ({ repositoryId: shown(effect, "repositories") }),
  DeleteRepositoryPayload: (effect) => ({ revokedCount: newlyRevoked(effect) }),
  ImportRepositoriesPayload: (effect) => ({
    createdCount: newOnes(effect, "repositories").length,
    existingCount: 0,
  }),
  ReportBuildPayload: (effect) => ({ buildId: shown(effect, "builds") }),
};

/** What a mutation has to answer, as an object that the oracle can be asked about. */
export function payloadOf(type: string, effect: Effect): Thing {
  const make = payloads[type];
  if (make === undefined) throw new Error(`nothing says what ${type} holds`);
  return { type, row: { id: 0, ...make(effect) } };
}

/** New tokens in the order of the names given, else by slug. */
function inTheOrderAsked(effect: Effect): TokenRow[] {
  const { repositories: names } = effect.call.input as { repositories?: readonly string[] };
  const nameOf = (token: TokenRow): string =>
    effect.after.repositories.find((one) => one.id === token.repositoryId)!.name;
  const made = newOnes(effect, "tokens") as TokenRow[];
  if (names === undefined)
    return made.sort((a, b) => (nameOf(a).toLowerCase() < nameOf(b).toLowerCase() ? -1 : 1));
  return names.map((name) => made.find((token) => nameOf(token) === name)!);
}
