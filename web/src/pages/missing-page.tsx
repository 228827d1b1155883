import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { Page } from "../pieces/page";

/** What is missing, and what is hidden: the server does not tell them apart, so neither does this. */
export const MissingPage = (): ReactNode => (
  <Page title="Not found" description="There is nothing here, or nothing that you may see.">
    <Anchor component={Link} to="/">
      To the start
    </Anchor>
  </Page>
);
