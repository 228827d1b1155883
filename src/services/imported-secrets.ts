import { kindOfSecret } from "../secrets/parse";

/**
 * Which strings may be secrets at all. Ours have a checksum, so others are refused without a look at the database;
 * those of imported tokens have none, so once there is any of these, every string may be one.
 */
export class ImportedSecrets {
  /** `exist`: whether there is an imported token, or ever was. `look`: asks the database that again. */
  constructor(
    private exist: boolean,
    private readonly look: () => Promise<boolean>,
  ) {}

  /** Another instance may have imported some. While the database does not answer, what was known holds. */
  async refresh(): Promise<void> {
    if (!this.exist) this.exist = await this.look().catch(() => this.exist);
  }

  /** An import was committed. Tokens are never deleted, so this holds from now on. */
  arrived(): void {
    this.exist = true;
  }

  /** Whether a string is looked up although nothing shows that it is a secret: then a look is a guess. */
  isGuess(secret: string): boolean {
    return this.exist && secret !== "" && kindOfSecret(secret) === null;
  }

  /** Whether a string is looked up; no other is anybody's secret. */
  mayBe(secret: string): boolean {
    return kindOfSecret(secret) !== null || this.isGuess(secret);
  }
}
