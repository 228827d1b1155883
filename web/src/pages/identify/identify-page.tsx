import { Loader } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useAnswer } from "../../api/use-answer";
import { FailureAlert } from "../../pieces/failure-alert";
import { Page } from "../../pieces/page";
import { MayVerifyQuery, type Verdict } from "./operations";
import { SecretForm } from "./secret-form";
import { VerdictCard } from "./verdict-card";

/** Says what a secret is that was found somewhere: for site administrators and services. */
export function Component(): ReactNode {
  const { data, error } = useAnswer(MayVerifyQuery, {});
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  return (
    <Page
      title="Identify a token"
      description="Paste a secret that was found somewhere to learn whose it is and where it is used. Looking does not count as a use. For site administrators and services."
    >
      <FailureAlert failure={error} />
      {data === undefined && error === null && <Loader size="sm" aria-label="Loading" />}
      {data !== undefined && (
        <>
          <SecretForm onVerdict={setVerdict} />
          {verdict !== null && <VerdictCard key={verdict.token?.id} {...verdict} />}
        </>
      )}
    </Page>
  );
}
