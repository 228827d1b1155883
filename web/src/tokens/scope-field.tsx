import { Radio, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { scopes, toScope, type Scope } from "./scopes";

interface Props {
  readonly of: "ofToken" | "ofAccount";
  readonly value: Scope;
  readonly onChange: (scope: Scope) => void;
  readonly error?: ReactNode;
}

/** A scope, with a sentence on what each of them allows. */
export const ScopeField = ({ of, value, onChange, error }: Props): ReactNode => (
  <Radio.Group
    label="Scope"
    value={value}
    onChange={(chosen) => {
      onChange(toScope(chosen) ?? value);
    }}
    error={error}
  >
    <Stack gap="sm" mt="xs">
      {scopes.map(({ scope, name, [of]: meaning }) => (
        <Radio key={scope} value={scope} label={name} description={meaning} />
      ))}
    </Stack>
  </Radio.Group>
);
