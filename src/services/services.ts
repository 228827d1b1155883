import type { Actor } from "../domain/actor";
import { rules } from "../domain/rules";
import { AccountService } from "./account-service";
import { AuditService } from "./audit-service";
import { Authority } from "./authority";
import { BuildService } from "./build-service";
import { CollaboratorService } from "./collaborator-service";
import { Caller, type Origin } from "./caller";
import type { Foundation } from "./foundation";
import type { Metrics } from "./metrics";
import { OperatorService } from "./operator-service";
import { OrganizationService } from "./organization-service";
import { RepositoryService } from "./repository-service";
import type { RateLimits } from "./rate-limits";
import { refuseOtherInput } from "./change-once";
import type { Retry } from "./retry";
import { RevocationService } from "./revocation-service";
import { RotationService } from "./rotation-service";
import { TokenImportService } from "./token-import-service";
import { TokenService } from "./token-service";
import type { UsageRecorder } from "./usage-recorder";
import { UsageService } from "./usage-service";
import { VerificationService } from "./verification-service";

/** Every use case of the product. */
export class Services {
  readonly accounts: AccountService;
  readonly audit: AuditService;
  readonly builds: BuildService;
  readonly collaborators: CollaboratorService;
  readonly operator: OperatorService;
  readonly organizations: OrganizationService;
  readonly repositories: RepositoryService;
  readonly revocation: RevocationService;
  readonly rotation: RotationService;
  readonly tokenImports: TokenImportService;
  readonly tokens: TokenService;
  readonly usage: UsageService;
  readonly recorder: UsageRecorder;
  readonly verification: VerificationService;

  constructor(private readonly foundation: Foundation) {
    this.accounts = new AccountService(foundation);
    this.audit = new AuditService(foundation);
    this.builds = new BuildService(foundation);
    this.collaborators = new CollaboratorService(foundation);
    this.operator = new OperatorService(foundation);
    this.organizations = new OrganizationService(foundation);
    this.repositories = new RepositoryService(foundation);
    this.revocation = new RevocationService(foundation);
    this.rotation = new RotationService(foundation);
    this.tokenImports = new TokenImportService(foundation);
    this.tokens = new TokenService(foundation);
    this.usage = new UsageService(foundation);
    this.recorder = foundation.usage;
    this.verification = new VerificationService(foundation);
  }

  get rates(): RateLimits {
    return this.foundation.rates;
  }

  get metrics(): Metrics {
    return this.foundation.metrics;
  }

  /** Whether a caller may verify tokens for others, and so is counted by its wrong guesses alone. */
  isVerifier(caller: Caller): boolean {
    return rules["Query.verifyToken"].allows(caller.authority.actor, undefined) === true;
  }

  /**
   * Prepares a request with an Idempotency-Key, once operation and input are known; `retry.end` ends it. Throws
   * IDEMPOTENCY_IN_PROGRESS and IDEMPOTENCY_MISMATCH.
   */
  async startRetry(retry: Retry, inputDigest: string): Promise<void> {
    retry.start(this.foundation.running);
    retry.inputDigest = inputDigest;
    await refuseOtherInput(this.foundation, retry);
  }

  /** The caller of one request. */
  callerFor(actor: Actor, origin: Origin): Caller {
    const { reader } = this.foundation.database;
    return new Caller(origin, new Authority(actor, reader), reader);
  }
}
