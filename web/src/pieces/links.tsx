import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useViewer } from "../session/session";

export const RepositoryLink = ({ slug }: { readonly slug: string }): ReactNode => (
  <Anchor component={Link} to={`/repositories/${slug}`} inherit>
    {slug}
  </Anchor>
);

export const OrganizationLink = ({ slug }: { readonly slug: string }): ReactNode => (
  <Anchor component={Link} to={`/organizations/${slug}`} inherit>
    {slug}
  </Anchor>
);

/** An account by its login. Its own page is for site administrators: others see the login alone. */
export function AccountLink({ login }: { readonly login: string }): ReactNode {
  const { account } = useViewer();
  if (account.isSiteAdmin !== true) return login;
  return (
    <Anchor component={Link} to={`/site/accounts/${login}`} inherit>
      {login}
    </Anchor>
  );
}
