import type { Caller } from "../services/caller";
import type { Services } from "../services/services";

/** What every resolver gets. The caller's authority changes with each mutation field: see `Caller.become`. */
export interface Context {
  readonly caller: Caller;
  readonly services: Services;
}
