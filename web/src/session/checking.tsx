import { Button, Center, Group, Loader, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import type { Failure } from "../api/failure";
import { FailureAlert } from "../pieces/failure-alert";

interface Props {
  readonly failure: Failure | null;
  readonly retry: () => void;
  readonly signOut: () => void;
}

/** While it is found out whose token this tab holds. */
export function Checking({ failure, retry, signOut }: Props): ReactNode {
  if (failure === null)
    return (
      <Center mih="100vh">
        <Loader aria-label="Signing in" />
      </Center>
    );
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack maw={480}>
        <FailureAlert failure={failure} />
        <Group>
          <Button onClick={retry}>Try again</Button>
          <Button variant="default" onClick={signOut}>
            Sign out
          </Button>
        </Group>
      </Stack>
    </Center>
  );
}
