import { IconBuilding, IconGitBranch, IconKey, type Icon } from "@tabler/icons-react";
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

/** What the navigation lists. */
const areas: readonly Area[] = [
  {
    label: "Work",
    places: [
      { to: "/organizations", label: "Organizations", icon: IconBuilding },
      { to: "/repositories", label: "Repositories", icon: IconGitBranch },
    ],
  },
  { label: "Account", places: [{ to: "/account/access", label: "Access management", icon: IconKey }] },
];

/** The places that are for this person. */
export const areasFor = (viewer: Viewer): readonly Area[] =>
  areas
    .map(({ label, places }) => ({ label, places: places.filter(({ isFor }) => isFor?.(viewer) ?? true) }))
    .filter(({ places }) => places.length > 0);
