import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import type { Failure } from "../api/failure";
import { FailureAlert } from "./failure-alert";

interface Props {
  readonly change: { readonly failure: Failure | null; readonly isRunning: boolean };
  /** What the button says that sends the form. */
  readonly submit: string;
  readonly onCancel: () => void;
}

/** The end of a form in a dialog: why it was refused, and the ways out of it. */
export function FormEnd({ change: { failure, isRunning }, submit, onCancel }: Props): ReactNode {
  return (
    <>
      <FailureAlert failure={failure} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={isRunning}>
          {submit}
        </Button>
      </Group>
    </>
  );
}
