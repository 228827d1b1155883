import { Button, Code, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { FailureAlert } from "../../pieces/failure-alert";
import { useBadge } from "./badge";
import { BadgeSnippets } from "./badge-snippets";
import { meaningOf } from "../../pieces/build-badge";
import { CreateTokenDialog } from "./create-token-dialog";
import type { Repository } from "./repository";

/** The badge as it is now, and how to show it elsewhere. */
export function BadgeSection({ slug, defaultBranch, status }: Repository): ReactNode {
  const { data: picture, error } = useBadge(slug);
  const [isCreating, creation] = useDisclosure(false);
  return (
    <Paper component="section" aria-labelledby="badge" withBorder p="lg">
      <Stack align="stretch">
        <Title order={2} size="h3" id="badge">
          Status badge
        </Title>
        <FailureAlert failure={error} />
        {picture === undefined && error === null && <Skeleton width={90} height={20} />}
        {picture !== undefined && (
          <div>
            <img src={picture} alt={`Badge of ${defaultBranch ?? slug}: ${meaningOf(status)}`} height={20} />
          </div>
        )}
        <Text size="sm">
          This is how {defaultBranch === null ? "it" : <Code>{defaultBranch}</Code>} looks now. To show it
          elsewhere, put the secret of a <strong>Status</strong> token in the place of{" "}
          <Code>STATUS_TOKEN</Code>: readers of the page see it, and it allows nothing but this. The secrets
          of other tokens are refused in a URL. For another branch add <Code>&amp;branch=NAME</Code>.
        </Text>
        <BadgeSnippets slug={slug} />
        <div>
          <Button variant="default" onClick={creation.open}>
            Create a token for the badge
          </Button>
        </div>
      </Stack>
      {isCreating && (
        <CreateTokenDialog
          slug={slug}
          likely={{ scope: "STATUS", label: "badge" }}
          onClose={creation.close}
        />
      )}
    </Paper>
  );
}
