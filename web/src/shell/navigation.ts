import {
  IconBuilding,
  IconGitBranch,
  IconHistory,
  IconKey,
  IconUsers,
  IconZoomScan,
  type Icon,
} from "@tabler/icons-react";
import type { Viewer } from "../session/viewer";

interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: Icon;
  /** Left out: everybody. */
  readonly isFor?: (viewer: Viewer) => boolean;
}

interface Area {
  readonly label: string;
  readonly places: readonly Place[];
}

const isSiteAdmin = ({ account }: Viewer): boolean => account.isSiteAdmin === true;
const mayVerify = ({ account }: Viewer): boolean =>
  account.isSiteAdmin === true || account.kind === "SERVICE";

/** What the navigation lists. */
const areas: readonly Area[] = [
  {
    label: "Work",
    places: [
      { to: "/organizations", label: "Organizations", icon: IconBuilding },
      { to: "/repositories", label: "Repositories", icon: IconGitBranch },
      { to: "/identify", label: "Identify a token", icon: IconZoomScan, isFor: mayVerify },
    ],
  },
  {
    label: "Account",
    places: [
      { to: "/account/access", label: "Access management", icon: IconKey },
      { to: "/account/audit", label: "Audit log", icon: IconHistory },
    ],
  },
  {
    label: "Site administration",
    places: [
      { to: "/site/accounts", label: "Accounts", icon: IconUsers, isFor: isSiteAdmin },
      { to: "/site/audit", label: "Audit log of the site", icon: IconHistory, isFor: isSiteAdmin },
    ],
  },
];

/** The places that are for this person. */
export const areasFor = (viewer: Viewer): readonly Area[] =>
  areas
    .map(({ label, places }) => ({ label, places: places.filter(({ isFor }) => isFor?.(viewer) ?? true) }))
    .filter(({ places }) => places.length > 0);
