import { Alert } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useRepository } from "./repository";

/** For whoever follows a link to a page that the API would answer with FORBIDDEN: why it is not shown. */
export function ForAdmins({ children }: { readonly children: ReactNode }): ReactNode {
  const { slug, viewerScope } = useRepository();
  if (viewerScope === "ADMIN") return children;
  return (
    <Alert icon={<IconLock aria-hidden />} title="Not allowed" color="yellow">
      This needs the scope ADMIN on {slug}, and you have {viewerScope}. Its administrators and those of the
      organization can give it to you.
    </Alert>
  );
}
