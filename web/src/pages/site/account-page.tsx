import { Loader } from "@mantine/core";
import type { ReactNode } from "react";
import { Outlet, useLocation, useParams } from "react-router";
import { useAnswer } from "../../api/use-answer";
import { FailureAlert } from "../../pieces/failure-alert";
import { LinkTabs } from "../../pieces/link-tabs";
import { Page } from "../../pieces/page";
import { Time } from "../../pieces/time";
import { useViewer } from "../../session/session";
import { AccountActions } from "./account-actions";
import { AccountBadges } from "./account-badges";
import { AccountQuery, type AccountSummary } from "./operations";

/** Site administration > Accounts > one of them: what stands around its tabs. */
export function Component(): ReactNode {
  const { login = "" } = useParams();
  const { data, error } = useAnswer(AccountQuery, { login }, { needs: ({ account }) => account?.createdAt });
  const account = data?.account;
  if (account) return <Shown account={account} />;
  return (
    <Page title={login}>
      {error === null ? <Loader aria-label={`Loading ${login}`} /> : <FailureAlert failure={error} />}
    </Page>
  );
}

function Shown({ account }: { readonly account: AccountSummary }): ReactNode {
  const viewer = useViewer();
  const { login, name, createdAt, suspendedAt } = account;
  const { pathname } = useLocation();
  const path = `/site/accounts/${login}`;
  const tabs = [
    { to: path, label: "Tokens" },
    { to: `${path}/organizations`, label: "Organizations" },
    { to: `${path}/audit`, label: "Audit log" },
  ];
  const current = tabs.find(({ to }) => to.toLowerCase() === pathname.replace(/\/$/, "").toLowerCase());
  return (
    <Page
      title={login}
      windowTitle={current && `${current.label} - ${login}`}
      description={
        <>
          {name !== null && `${name}. `}Created <Time at={createdAt} />.
          {suspendedAt !== null && (
            <>
              {" "}
              Suspended <Time at={suspendedAt} />: its tokens are refused.
            </>
          )}
        </>
      }
      actions={viewer.account.isSiteAdmin === true && <AccountActions account={account} />}
    >
      <AccountBadges {...account} />
      <LinkTabs label={login} tabs={tabs} />
      <Outlet context={account} key={account.id} />
    </Page>
  );
}
