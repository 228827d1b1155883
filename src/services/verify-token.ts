import { covers, type RepositoryScope } from "../domain/scope";
import { badInput } from "../errors";

/** What a verification asks. */
export interface VerifyToken {
  readonly secret: string;
  /** A slug; left out: the token itself is verified, for nothing in particular. */
  readonly repository?: string | null;
  /** The least scope needed; above STATUS it needs a repository. */
  readonly scope?: RepositoryScope | null;
  /** False: only look. */
  readonly recordUse?: boolean | null;
}

/** Throws BAD_USER_INPUT; `path`: where the input stands in what was sent. */
export function checkVerifyToken(path: string, input: VerifyToken): void {
  if (input.repository === null)
    throw badInput(`${path}repository`, "must not be null: leave it out of the document");
  if (input.scope === null) throw badInput(`${path}scope`, "must not be null: leave it out of the document");
  if (covers(input.scope ?? "STATUS", "READ_ONLY") && input.repository === undefined) {
    throw badInput(`${path}scope`, "above STATUS it needs a repository");
  }
}
