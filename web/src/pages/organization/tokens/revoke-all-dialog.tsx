import { Loader, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type ReactNode } from "react";
import { useAnswer } from "../../../api/use-answer";
import { useChange } from "../../../api/use-change";
import { ConfirmDialog } from "../../../pieces/confirm-dialog";
import { FailureAlert } from "../../../pieces/failure-alert";
import { fieldFault } from "../../../pieces/field-fault";
import type { OrganizationSummary } from "../organization-context";
import { InUseNotice } from "./in-use-notice";
import { RevokeTokens } from "./operations";

interface Props {
  readonly organization: OrganizationSummary;
  readonly onClose: () => void;
}

/** Ends every live token of an organization's repositories, after it was said how many those are. */
export function RevokeAllDialog({ organization, onClose }: Props): ReactNode {
  const { slug, name } = organization;
  const [reason, setReason] = useState("");
  const { data, error, isFetchedAfterMount } = useAnswer(RevokeTokens, {
    input: { organization: slug, dryRun: true },
  });
  const count = isFetchedAfterMount ? data?.revokeTokens?.revokedCount : undefined;
  const revocation = useChange(RevokeTokens, {
    onDone({ revokeTokens }) {
      onClose();
      const ended = revokeTokens?.revokedCount ?? 0;
      notifications.show({ message: ended === 1 ? "1 token was revoked." : `${ended} tokens were revoked.` });
    },
  });
  return (
    <ConfirmDialog
      title={`Revoke all tokens of ${slug}?`}
      action={count === undefined ? "Revoke" : `Revoke ${tokens(count)}`}
      word={name}
      isPossible={count !== undefined && count > 0}
      change={revocation}
      onClose={onClose}
      onConfirm={() => {
        revocation.run({ input: { organization: slug, ...(reason === "" ? {} : { reason }) } });
      }}
    >
      {error !== null && <FailureAlert failure={error} />}
      {count === undefined && error === null && <Loader size="sm" aria-label="Counting the tokens" />}
      {count === 0 && <Text role="status">There is nothing to revoke: no token is in use.</Text>}
      {count !== undefined && count > 0 && (
        <>
          <Text role="status">
            <strong>{tokens(count)}</strong> of its repositories {count === 1 ? "is" : "are"} refused from
            that moment on, for good. Account tokens stay.
          </Text>
          <InUseNotice slug={slug} stops="Services stop working" />
        </>
      )}
      <TextInput
        label="Reason"
        description="For the audit log; may be left out."
        value={reason}
        maxLength={200}
        onChange={(event) => {
          setReason(event.currentTarget.value);
        }}
        error={fieldFault(revocation.failure, "reason")}
      />
    </ConfirmDialog>
  );
}

const tokens = (count: number): string => (count === 1 ? "1 token" : `${count} tokens`);
