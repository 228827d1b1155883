import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useSession } from "../session/session";
import { toFailure, type Failure } from "./failure";
import type { Document } from "./graphql";
import { newIdempotencyKey } from "./idempotency-key";

/** A change that takes several calls. */
export interface Batches<Data, Variables> {
  /** Makes one call after the other, until one fails. */
  readonly run: (calls: readonly Variables[]) => void;
  /** Goes on with the call that failed. When it is not known what came of that one, it is found out, not done twice. */
  readonly goOn: () => void;
  /** What was answered so far. It may hold secrets, and is kept nowhere else. */
  readonly answers: readonly Data[];
  /** Calls that are still to be made. */
  readonly left: number;
  readonly isRunning: boolean;
  readonly failure: Failure | null;
}

interface Call<Variables> {
  readonly variables: Variables;
  readonly idempotencyKey: string;
}

/** Mutations that make secrets, in as many calls as are needed. An error loses nothing of what was made before it. */
export function useBatches<Data, Variables>(document: Document<Data, Variables>): Batches<Data, Variables> {
  const { ask } = useSession();
  const queries = useQueryClient();
  const calls = useRef<readonly Call<Variables>[]>([]);
  const [answers, setAnswers] = useState<readonly Data[]>([]);
  const [left, setLeft] = useState(0);
  const [isRunning, setRunning] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const work = async (): Promise<void> => {
    setRunning(true);
    setFailure(null);
    try {
      for (let [call] = calls.current; call !== undefined; [call] = calls.current) {
        const { variables, idempotencyKey } = call;
        const answer = await ask(document, variables, { idempotencyKey });
        calls.current = calls.current.slice(1);
        setAnswers((before) => [...before, answer]);
        setLeft(calls.current.length);
      }
    } catch (error) {
      const reason = toFailure(error);
      if (!reason.isUncertain) calls.current = calls.current.map(({ variables }) => callOf(variables));
      setFailure(reason);
    }
    setRunning(false);
    void queries.invalidateQueries();
  };

  return {
    run(variables) {
      // The same as before, when it is not known what came of it: then it is found out.
      calls.current = variables.map((input) => calls.current.find(isFor(input)) ?? callOf(input));
      setLeft(variables.length);
      void work();
    },
    goOn: () => void work(),
    answers,
    left,
    isRunning,
    failure,
  };
}

const callOf = <Variables>(variables: Variables): Call<Variables> => ({
  variables,
  idempotencyKey: newIdempotencyKey(),
});

const isFor = (input: unknown) => (call: Call<unknown>) =>
  JSON.stringify(call.variables) === JSON.stringify(input);
