import { Button, Group, Modal, MultiSelect, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { useState, type ReactNode } from "react";
import { useAnswer } from "../../../api/use-answer";
import { useBatches } from "../../../api/use-batches";
import { useEveryNode } from "../../../api/use-every-node";
import { FailureAlert } from "../../../pieces/failure-alert";
import { fieldFault } from "../../../pieces/field-fault";
import { expiresAtOf, faultOf, type Expiry } from "../../../tokens/expiry";
import { ExpiryField } from "../../../tokens/expiry-field";
import { ScopeField } from "../../../tokens/scope-field";
import type { Scope } from "../../../tokens/scopes";
import type { OrganizationSummary } from "../organization-context";
import { BulkResult } from "./bulk-result";
import { chunksOf } from "./chunks";
import { CreateRepositoryTokens, MOST_AT_ONCE, RepositoryNamesQuery } from "./operations";

interface Props {
  readonly organization: OrganizationSummary;
  readonly onClose: () => void;
}

const likely: Expiry = { choice: "90", date: "" };

/** A token for each repository of an organization, or for some of them. */
export function CreateTokensDialog({ organization, onClose }: Props): ReactNode {
  const { slug } = organization;
  const [openedAt] = useState(Date.now);
  const form = useForm({
    initialValues: {
      which: "all" as "all" | "some",
      names: [] as string[],
      scope: "READ_ONLY" as Scope,
      label: "",
      expiresAt: likely,
    },
    validate: {
      names: (names, { which }) => (which === "some" && names.length === 0 ? "Choose one at least." : null),
      expiresAt: faultOf,
    },
  });
  const { which, names, scope } = form.values;
  const batches = useBatches(CreateRepositoryTokens);
  const rows = batches.answers.flatMap(({ createRepositoryTokens }) =>
    (createRepositoryTokens?.tokens ?? []).map(({ secret, token }) => [token.repository?.slug ?? "", secret]),
  );

  const isAtWork = batches.isRunning || rows.length > 0;
  const counted = useAnswer(RepositoryNamesQuery, { slug, query: null, first: 1, after: null });
  const inAll = counted.data?.organization?.repositories.totalCount;
  const isLarge = inAll !== undefined && inAll > MOST_AT_ONCE;
  const every = useEveryNode(
    RepositoryNamesQuery,
    { slug, query: null },
    ({ organization: found }) => found?.repositories,
    isLarge && which === "all" && !isAtWork,
  );
  const [planned, setPlanned] = useState(0);

  const count = which === "some" ? names.length : isLarge ? (every.nodes?.length ?? inAll) : inAll;
  const isReady = count !== undefined && (which === "some" || !isLarge || every.nodes !== undefined);

  const submit = form.onSubmit(({ label, expiresAt }) => {
    const input = { organization: slug, scope, label, expiresAt: expiresAtOf(expiresAt, openedAt) ?? null };
    const chosen = which === "some" ? names : isLarge ? every.nodes?.map(({ name }) => name) : undefined;
    setPlanned(count ?? 0);
    batches.run(
      chosen === undefined
        ? [{ input }]
        : chunksOf(chosen, MOST_AT_ONCE).map((repositories) => ({ input: { ...input, repositories } })),
    );
  });

  if (isAtWork)
    return (
      <BulkResult
        title={`Tokens for the repositories of ${slug}`}
        fileName={`${slug.replace("/", "-")}-tokens`}
        header={["repository", "token"]}
        rows={rows}
        total={planned}
        batches={batches}
        onClose={onClose}
      />
    );
  return (
    <Modal opened onClose={onClose} title={`Create tokens for ${slug}`} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Text>{said(which, count, inAll)}</Text>
          <FailureAlert failure={counted.error ?? every.failure} />
          <Radio.Group label="Repositories" {...form.getInputProps("which")}>
            <Stack gap="sm" mt="xs">
              <Radio value="all" label={inAll === undefined ? "All" : `All ${inAll}`} />
              <Radio value="some" label="Some of them" />
            </Stack>
          </Radio.Group>
          {which === "some" && <RepositoriesField slug={slug} {...form.getInputProps("names")} />}
          <ScopeField of="ofToken" {...form.getInputProps("scope")} value={scope} />
          <TextInput
            label="Label"
            description="What they are for: all of them get it, and you recognise them by it later."
            placeholder="coverage"
            maxLength={100}
            {...form.getInputProps("label")}
            error={fieldFault(batches.failure, "label")}
          />
          <ExpiryField
            value={form.values.expiresAt}
            onChange={(value) => {
              form.setFieldValue("expiresAt", value);
            }}
            error={form.errors.expiresAt ?? fieldFault(batches.failure, "expiresAt")}
          />
          {isLarge && which === "all" && every.nodes === undefined && every.failure === null && (
            <Text size="sm" c="dimmed" role="status">
              The list of repositories is being read: {every.count} of {inAll}.
            </Text>
          )}
          <FailureAlert failure={batches.failure} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!isReady || count === 0}>
              {count === undefined ? "Create" : `Create ${tokens(count)}`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );

  function said(chosen: "all" | "some", made?: number, all?: number): string {
    if (made === undefined || all === undefined) return "The repositories are being counted …";
    if (all === 0) return "There are no repositories yet: create the first one, then tokens for it.";
    if (chosen === "some") return `This creates ${tokens(made)}: one for each repository that you choose.`;
    return `This creates ${tokens(made)}: one for each repository of ${slug}.`;
  }
}

const tokens = (count: number): string => (count === 1 ? "1 token" : `${count} tokens`);

interface RepositoriesFieldProps {
  readonly slug: string;
  readonly value?: string[];
  readonly onChange?: (names: string[]) => void;
  readonly error?: ReactNode;
}

/** Chooses repositories by name: the server looks for what is typed. */
function RepositoriesField({ slug, value = [], onChange, error }: RepositoriesFieldProps): ReactNode {
  const [typed, setTyped] = useState("");
  const [query] = useDebouncedValue(typed.trim(), 200);
  const { data, error: failure } = useAnswer(
    RepositoryNamesQuery,
    { slug, query: query === "" ? null : query },
    { page: { first: 25, after: null } },
  );
  const found = data?.organization?.repositories;
  const names = found?.nodes.map(({ name }) => name) ?? [];
  const more = (found?.totalCount ?? 0) - names.length;
  return (
    <>
      <MultiSelect
        label="Which ones"
        description={
          more > 0 ? `Type a part of a name: ${more} more are not listed.` : "Type a part of a name."
        }
        data={[...new Set([...value, ...names])]}
        value={value}
        onChange={onChange}
        error={error}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        hidePickedOptions
        maxValues={MOST_AT_ONCE}
        nothingFoundMessage={data === undefined ? "Looking …" : "No repository of that name"}
        maxDropdownHeight={200}
      />
      <FailureAlert failure={failure} />
    </>
  );
}
