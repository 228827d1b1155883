import type { Page } from "playwright-core";

/** A page of the console in a state worth looking at: `every-page.test.ts` and `npm run screenshots` go through them all. */
export interface Shown {
  /** The name of its picture. */
  readonly name: string;
  readonly path: string;
  /** Who looks at it, by the name in the world; left out: nobody is signed in. */
  readonly as?: keyof World;
  /** The colours of the system are asked for when it opens, and not again. */
  readonly takesColoursOnce?: boolean;
  /** Leads to the state, and waits until it is there. */
  readonly ready: (page: Page, world: World) => Promise<unknown>;
}

/** Secrets, by whose they are or what for. */
export interface World {
  readonly maria: string;
  /** The first site administrator. */
  readonly root: string;
  readonly olga: string;
  readonly milton: string;
  readonly rita: string;
  readonly rob: string;
  readonly sara: string;
  /** Of a repository token that turned up somewhere. */
  readonly found: string;
}
