import type { TextBound } from "./text";

export const ACCOUNT_KINDS = ["USER", "SERVICE"] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** A person or a service. */
export interface Account {
  readonly noun: "Account";
  readonly id: number;
  readonly login: string;
  readonly name: string | null;
  readonly kind: AccountKind;
  readonly isSiteAdmin: boolean;
  readonly createdAt: Date;
  readonly suspendedAt: Date | null;
}

/** 1 to 39 letters, digits and single inner hyphens; kept as written, compared without case. */
export const loginBound: TextBound = {
  allowed: "must be 1 to 39 letters, digits and single inner hyphens",
  accept: (text) => (text.length <= 39 && /^[a-z0-9](?:-?[a-z0-9])*$/i.test(text) ? text : null),
};
