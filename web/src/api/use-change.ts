import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useSession } from "../session/session";
import { toFailure, type Failure } from "./failure";
import type { Document } from "./graphql";
import { newIdempotencyKey } from "./idempotency-key";

export interface Change<Variables> {
  /** Makes the change; what came of it is in `failure`, or was handed to `onDone`. */
  readonly run: (variables: Variables) => void;
  readonly isRunning: boolean;
  readonly failure: Failure | null;
  /** Forgets the failure. */
  readonly reset: () => void;
}

interface Options<Data> {
  /** Gets the answer, which is kept nowhere else: it may hold a secret. */
  readonly onDone: (data: Data) => void;
  /** For createAccountToken, createRepositoryToken(s) and rotateToken(s): a retry finds what the first try made. */
  readonly retriable?: boolean;
}

/** A mutation. Everything shown is asked for again when it is done. */
export function useChange<Data, Variables>(
  document: Document<Data, Variables>,
  { onDone, retriable = false }: Options<NoInfer<Data>>,
): Change<Variables> {
  const { ask } = useSession();
  const queries = useQueryClient();
  // The last try, while it is not known what came of it.
  const tried = useRef<{ readonly input: string; readonly key: string } | null>(null);

  const mutation = useMutation<undefined, Failure, Variables>({
    gcTime: 0,
    mutationFn: async (variables) => {
      const input = JSON.stringify(variables);
      if (tried.current?.input !== input) tried.current = { input, key: newIdempotencyKey() };
      const idempotencyKey = retriable ? tried.current.key : undefined;
      try {
        onDone(await ask(document, variables, { idempotencyKey }));
        tried.current = null;
      } catch (error) {
        const failure = toFailure(error);
        if (!failure.isUncertain) tried.current = null;
        throw failure;
      }
    },
    onSuccess: () => {
      void queries.invalidateQueries();
    },
  });
  const { mutate, isPending, error, reset } = mutation;
  return { run: mutate, isRunning: isPending, failure: error, reset };
}
