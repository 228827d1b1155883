import { Button, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Page } from "../pieces/page";

/** A page that could not be loaded or shown: most often the server was upgraded, and its files have other names. */
export const BrokenPage = (): ReactNode => (
  <Page title="This page could not be shown">
    <Text>The server may have been upgraded, or did not answer.</Text>
    <div>
      <Button
        onClick={() => {
          location.reload();
        }}
      >
        Load it again
      </Button>
    </div>
  </Page>
);
