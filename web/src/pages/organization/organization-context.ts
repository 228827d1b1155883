import { useOutletContext } from "react-router";

/** The organization whose page is shown. */
export interface OrganizationSummary {
  readonly slug: string;
  readonly name: string;
  /** Null: none, or a site administrator without one. */
  readonly viewerRole: "MEMBER" | "ADMIN" | null;
  /** Whether this person may do here what its administrators may. */
  readonly isAdmin: boolean;
}

/** For the tabs of an organization's page. */
export const useOrganization = (): OrganizationSummary => useOutletContext<OrganizationSummary>();
