import { Alert, Button, Code, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCircleCheck, IconCircleX, IconHelpCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useAnswer } from "../../api/use-answer";
import { FailureAlert } from "../../pieces/failure-alert";
import { RevokeDialog } from "../../tokens/revoke-dialog";
import { TokenDetailsQuery, type IdentifiedToken, type Verdict } from "./operations";
import { TokenFacts } from "./token-facts";
import { TokenUses } from "./token-uses";

type Code = Verdict["code"];

/** Without a repository there are no other codes. */
const meanings: Readonly<Partial<Record<Code, readonly [title: string, text: string]>>> = {
  VALID: ["Accepted", "Whoever has this secret can use it now."],
  REVOKED: ["Revoked", "Somebody ended this token: its secret is refused."],
  ROTATED: ["Rotated out", "Its successor has taken over: this secret is refused."],
  EXPIRED: ["Expired", "Its time is over: its secret is refused."],
  ACCOUNT_SUSPENDED: ["Suspended", "Its owner is suspended: it is refused until the account is resumed."],
  NOT_FOUND: ["Unknown", "No token here has this secret."],
};

/** What a secret is. */
export function VerdictCard({ code, token, account, repository }: Verdict): ReactNode {
  if (token === null) return <Headline code={code} />;
  return <Known code={code} token={token} account={account} repository={repository} />;
}

function Headline({ code }: { readonly code: Code }): ReactNode {
  const [title, text] = meanings[code] ?? [code, ""];
  const Icon = code === "VALID" ? IconCircleCheck : code === "NOT_FOUND" ? IconHelpCircle : IconCircleX;
  return (
    <Alert
      role="status"
      color={code === "VALID" ? "green" : code === "NOT_FOUND" ? "gray" : "red"}
      icon={<Icon aria-hidden />}
      title={title}
    >
      {text}
    </Alert>
  );
}

function Known({
  code,
  token,
  account,
  repository,
}: Verdict & { readonly token: IdentifiedToken }): ReactNode {
  const { data, error } = useAnswer(TokenDetailsQuery, { id: token.id });
  const details = data?.node?.__typename === "Token" ? data.node : null;
  const now = { ...token, ...details };
  const usage = details?.usage ?? null;
  const { state } = now;
  const isLive = state === "ACTIVE" || state === "RETIRING";
  const [isRevoking, revocation] = useDisclosure(false);
  return (
    <Stack>
      {/* It may have ended since it was asked. */}
      <Headline code={state === "ACTIVE" || state === "RETIRING" ? code : state} />
      <Paper withBorder p="md">
        <Stack>
          <Group justify="space-between" align="flex-start">
            <Group gap="xs">
              <Title order={2} size="h3">
                {token.label}
              </Title>
              <Code>{token.hint}…</Code>
            </Group>
            {isLive && usage !== null && (
              <Button color="red" onClick={revocation.open}>
                Revoke
              </Button>
            )}
          </Group>
          <TokenFacts token={now} account={account} repository={repository} details={details} />
          <FailureAlert failure={error} />
          {isLive && data !== undefined && usage === null && <MayNot />}
          {usage !== null && <TokenUses {...usage} />}
        </Stack>
      </Paper>
      {isRevoking && <RevokeDialog token={now} onClose={revocation.close} />}
    </Stack>
  );
}

const MayNot = (): ReactNode => (
  <Text>
    You may neither revoke it nor see where it is used: its owner, the administrators of its repository and
    site administrators may. Whoever has the secret may also report it as leaked, which revokes it: see{" "}
    <Code>reportLeakedToken</Code> in the playground.
  </Text>
);
