import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { CopyField } from "../../pieces/copy-field";
import { badgePath } from "./badge";
import { pathOf } from "./repository";

interface Props {
  readonly slug: string;
  /** Of a STATUS token, while it is known; left out: its place is marked. */
  readonly secret?: string;
  readonly onCopied?: () => void;
}

/** The badge for pages elsewhere. Its address holds a STATUS token: what shows a picture cannot send headers. */
export function BadgeSnippets({ slug, secret, onCopied }: Props): ReactNode {
  const image = `${location.origin}${badgePath(slug)}?token=${secret ?? "STATUS_TOKEN"}`;
  const target = `${location.origin}${pathOf(slug)}`;
  return (
    <Stack gap="sm">
      {secret !== undefined && (
        <Text size="sm">
          For a page that shows the badge it is right in the address, where every reader sees it: it allows
          nothing but the status.
        </Text>
      )}
      <CopyField
        label="Markdown of the badge"
        value={`[![build](${image})](${target})`}
        onCopied={onCopied}
      />
      <CopyField
        label="HTML of the badge"
        value={`<a href="${target}"><img src="${image}" alt="build"></a>`}
        onCopied={onCopied}
      />
    </Stack>
  );
}
