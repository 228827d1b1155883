import { Button, Paper, PasswordInput, Stack } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { toFailure, type Failure } from "../../api/failure";
import { FailureAlert } from "../../pieces/failure-alert";
import { useSession } from "../../session/session";
import { IdentifyQuery, type Verdict } from "./operations";

interface Props {
  /** What the secret is; null: a new one is looked at. */
  readonly onVerdict: (verdict: Verdict | null) => void;
}

/** The one place that holds the pasted secret: until there is an answer, and in memory alone. */
export function SecretForm({ onVerdict }: Props): ReactNode {
  const { ask } = useSession();
  const [secret, setSecret] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const submit = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    onVerdict(null);
    try {
      const { verifyToken } = await ask(IdentifyQuery, { secret: secret.trim() });
      setSecret("");
      onVerdict(verifyToken);
    } catch (error) {
      setFailure(toFailure(error));
    }
    setBusy(false);
  };

  return (
    <Paper withBorder p="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Stack align="flex-start">
          <PasswordInput
            w="100%"
            label="Secret"
            description="It is sent to this server alone, kept nowhere, and cleared once there is an answer."
            value={secret}
            onChange={(event) => {
              setSecret(event.currentTarget.value);
            }}
            autoComplete="off"
            spellCheck={false}
            required
            withAsterisk={false}
          />
          <FailureAlert failure={failure} />
          <Button type="submit" loading={isBusy}>
            Identify
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}
