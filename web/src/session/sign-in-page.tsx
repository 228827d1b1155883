import { Alert, Anchor, Button, Center, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { toFailure, type Failure } from "../api/failure";
import { FailureAlert } from "../pieces/failure-alert";
import { ShieldMark } from "../shell/shield-mark";
import { usePageTitle } from "../shell/page-title";
import { identify, type Viewer } from "./viewer";

interface Props {
  /** Why a session ended. */
  readonly failure: Failure | null;
  /** Who was signed in until then. */
  readonly previous: Viewer | null;
  readonly onSignIn: (secret: string, viewer: Viewer) => void;
}

export function SignInPage({ failure: ended, previous, onSignIn }: Props): ReactNode {
  usePageTitle("Sign in");
  const [secret, setSecret] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const submit = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      onSignIn(secret.trim(), await identify(secret.trim()));
    } catch (error) {
      setFailure(toFailure(error));
      setBusy(false);
    }
  };

  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={460}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Stack>
            <ShieldMark size={40} />
            <Title order={1} size="h2">
              Sign in to Tokenward
            </Title>
            {ended !== null && <Ended failure={ended} previous={previous} />}
            <PasswordInput
              label="Account token"
              description="It begins with twa_ and is kept for this tab only, until you sign out."
              value={secret}
              onChange={(event) => {
                setSecret(event.currentTarget.value);
              }}
              autoComplete="off"
              spellCheck={false}
              required
              withAsterisk={false}
              data-autofocus
              autoFocus
            />
            <FailureAlert failure={failure} title={titleOf(failure)} />
            <Button type="submit" loading={isBusy}>
              Sign in
            </Button>
            <Text size="sm" c="dimmed">
              No token? A site administrator makes one for you. Developers find the API in the{" "}
              <Anchor href="/graphql">playground</Anchor>.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

function Ended({ failure, previous }: { failure: Failure; previous: Viewer | null }): ReactNode {
  if (failure.code !== "UNAUTHENTICATED") return <FailureAlert failure={failure} />;
  return (
    <Alert role="alert" color="yellow" icon={<IconInfoCircle aria-hidden />} title="You were signed out">
      The server no longer takes your token: {failure.message}. It was revoked or rotated, has expired, or the
      account is suspended.
      {previous !== null && ` Sign in as ${previous.account.login} again, and the page is as you left it.`}
    </Alert>
  );
}

const titleOf = (failure: Failure | null): string | undefined =>
  failure?.code === "UNAUTHENTICATED" ? "This token is not accepted" : undefined;
