import { useOutletContext } from "react-router";
import type { AccountSummary } from "./operations";

/** The account whose page this is a part of. */
export const useAccount = (): AccountSummary => useOutletContext<AccountSummary>();

export interface AccountDialogProps {
  readonly account: AccountSummary;
  readonly onClose: () => void;
}
