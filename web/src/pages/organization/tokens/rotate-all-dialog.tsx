import { Button, Group, Loader, Modal, Stack, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useBatches } from "../../../api/use-batches";
import { FailureAlert } from "../../../pieces/failure-alert";
import { HandoverFields, likelyManner, mannerInput } from "../../../tokens/handover-fields";
import type { OrganizationSummary } from "../organization-context";
import { BulkResult } from "./bulk-result";
import { InUseNotice } from "./in-use-notice";
import { RotateTokens } from "./operations";
import { useRotationPlan } from "./use-rotation-plan";

interface Props {
  readonly organization: OrganizationSummary;
  readonly onClose: () => void;
}

/** A new secret for every live token of an organization's repositories. */
export function RotateAllDialog({ organization, onClose }: Props): ReactNode {
  const { slug } = organization;
  const [manner, setManner] = useState(likelyManner);
  const [planned, setPlanned] = useState(0);
  const batches = useBatches(RotateTokens);
  const rows = batches.answers.flatMap(({ rotateTokens }) =>
    (rotateTokens?.tokens ?? []).map(({ secret, token, replaced }) => [
      token.repository?.slug ?? "",
      secret,
      token.label,
      replaced.hint,
    ]),
  );
  const isAtWork = batches.isRunning || batches.answers.length > 0;
  const { plan, seen, failure } = useRotationPlan(slug, !isAtWork);

  if (isAtWork)
    return (
      <BulkResult
        title={`The tokens of ${slug} get new secrets`}
        fileName={`${slug.replace("/", "-")}-rotated`}
        header={["repository", "token", "label", "replaces"]}
        rows={rows}
        total={planned}
        batches={batches}
        after={
          <Text size="sm">
            {manner.handover === "IMMEDIATE"
              ? "The old secrets are refused from now on."
              : "Each old secret stays good until its new one is first used. The column replaces has its first characters."}
          </Text>
        }
        onClose={onClose}
      />
    );
  return (
    <Modal opened onClose={onClose} title={`Rotate all tokens of ${slug}`} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (plan === undefined) return;
          setPlanned(plan.count);
          batches.run(plan.targets.map((target) => ({ input: { ...target, ...mannerInput(manner) } })));
        }}
      >
        <Stack>
          <Counted count={plan?.count} seen={seen} isFailed={failure !== null} />
          <FailureAlert failure={failure} />
          <HandoverFields
            value={manner}
            onChange={setManner}
            stops={<InUseNotice slug={slug} stops="Services stop working until they have the new secret" />}
          />
          <FailureAlert failure={batches.failure} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus>
              Cancel
            </Button>
            <Button
              type="submit"
              color={manner.handover === "IMMEDIATE" ? "red" : undefined}
              disabled={plan === undefined || plan.count === 0}
            >
              {plan === undefined ? "Rotate" : `Rotate ${tokens(plan.count)}`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface CountedProps {
  readonly count: number | undefined;
  readonly seen: number;
  readonly isFailed: boolean;
}

function Counted({ count, seen, isFailed }: CountedProps): ReactNode {
  if (isFailed) return null;
  if (count === undefined)
    return (
      <Group role="status" gap="xs">
        <Loader size="sm" aria-hidden />
        <Text>The tokens are being counted{seen > 0 && `: ${seen} so far`} …</Text>
      </Group>
    );
  if (count === 0) return <Text role="status">There is nothing to rotate: no token is in use.</Text>;
  return (
    <Text role="status">
      <strong>{tokens(count)}</strong> {count === 1 ? "gets a new secret" : "get new secrets"}, which you see
      once. Label, scope and lifetime stay as they are.
    </Text>
  );
}

const tokens = (count: number): string => (count === 1 ? "1 token" : `${count} tokens`);
