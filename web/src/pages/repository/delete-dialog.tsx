import { Alert, Code, List, Loader, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { useAnswer } from "../../api/use-answer";
import { useChange } from "../../api/use-change";
import { ConfirmDialog } from "../../pieces/confirm-dialog";
import { FailureAlert } from "../../pieces/failure-alert";
import { Time } from "../../pieces/time";
import { DeleteRepository, LiveTokensQuery } from "./operations";

interface Props {
  readonly slug: string;
  readonly onClose: () => void;
}

/** Deletes a repository, after it was said which tokens stop working. */
export function DeleteDialog({ slug, onClose }: Props): ReactNode {
  const navigate = useNavigate();
  const deletion = useChange(DeleteRepository, {
    onDone({ deleteRepository }) {
      void navigate("/repositories", { replace: true });
      const count = deleteRepository?.revokedCount ?? 0;
      notifications.show({
        message: `${slug} was deleted, and ${count} ${count === 1 ? "token" : "tokens"} ended.`,
      });
    },
  });
  return (
    <ConfirmDialog
      title={`Delete ${slug}?`}
      action="Delete"
      word="DELETE"
      change={deletion}
      onClose={onClose}
      onConfirm={() => {
        deletion.run({ slug });
      }}
    >
      <Text>
        Its builds and collaborators are gone for good; its audit log stays with the organization. The slug is
        free for another repository.
      </Text>
      <LiveTokens slug={slug} />
    </ConfirmDialog>
  );
}

function LiveTokens({ slug }: { readonly slug: string }): ReactNode {
  const { data, error } = useAnswer(LiveTokensQuery, { slug });
  if (error !== null) return <FailureAlert failure={error} />;
  if (data === undefined) return <Loader size="sm" aria-label="Looking which tokens it has" />;
  const { nodes = [], totalCount = 0 } = data.repository?.tokens ?? {};
  if (totalCount === 0) return <Text size="sm">It has no tokens that anything could be using.</Text>;
  return (
    <Alert
      color="yellow"
      title={totalCount === 1 ? "Its token stops working" : `Its ${totalCount} tokens stop working`}
    >
      <List size="sm">
        {nodes.map(({ id, label, hint, lastUsedAt }) => (
          <List.Item key={id}>
            <strong>{label}</strong> <Code>{hint}…</Code>, {lastUsedAt !== null && "last used "}
            <Time at={lastUsedAt} never="never used" />
          </List.Item>
        ))}
        {totalCount > nodes.length && <List.Item>and {totalCount - nodes.length} more</List.Item>}
      </List>
    </Alert>
  );
}
