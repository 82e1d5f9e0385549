import { ApiError, idempotencyKey, take, type FieldProblem, type Schemas } from "@madang/sdk";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { madang } from "../../../api.ts";

export type Call = Schemas["CallView"];
type CallBody = Schemas["CallBody"];

/** What was sent, to be sent again as it was: a call whose answer was lost on the way is found, not made twice. */
interface Attempt {
  key: string;
  body: CallBody;
}

export interface Calling {
  /** The last answer: of a dry run, of a call that wants approval, or of one that was made. */
  call: Call | undefined;
  error: unknown;
  /** The wrong arguments, where the error is about them. */
  wrong: readonly FieldProblem[];
  isPending: boolean;
  ask: (body: CallBody) => void;
  approve: () => void;
  decline: () => void;
  retry: () => void;
  look: () => void;
  resolve: (said: "happened" | "again") => void;
}

/** Calls of one function, from the first question to the last decision. */
export function useCalling(): Calling {
  const [call, setCall] = useState<Call | undefined>(undefined);
  const [attempt, setAttempt] = useState<Attempt | undefined>(undefined);
  const sending = useMutation({
    mutationFn: ({ key, body }: Attempt) =>
      take(madang.POST("/api/calls", { body, params: { header: { "Idempotency-Key": key } } })),
    onSuccess: setCall,
  });
  const following = useMutation({ mutationFn: (ask: () => Promise<Call>) => ask(), onSuccess: setCall });
  const send = (next: Attempt): void => {
    setAttempt(next);
    setCall(undefined);
    following.reset();
    sending.mutate(next);
  };
  const id = call?.id ?? "";
  const path = { call_id: id };
  const error = sending.error ?? following.error;
  return {
    call,
    error,
    wrong: error instanceof ApiError && error.code === "arguments" ? error.errors : [],
    isPending: sending.isPending || following.isPending,
    ask: (body) => send({ key: idempotencyKey(), body }),
    // Another key: under the first one stands the question, whose answer was "ask a person".
    approve: () =>
      attempt === undefined ? undefined : send({ key: idempotencyKey(), body: { ...attempt.body, approved: true } }),
    decline: () => setCall(undefined),
    retry: () => (attempt === undefined ? undefined : send(attempt)),
    look: () => following.mutate(() => take(madang.GET("/api/calls/{call_id}", { params: { path } }))),
    resolve: (said) => following.mutate(() => resolved(id, said, attempt?.body.arguments)),
  };
}

function resolved(id: string, said: "happened" | "again", given: CallBody["arguments"] | undefined): Promise<Call> {
  const body: Schemas["ResolveBody"] =
    said === "happened"
      ? { happened: null, again: false }
      : // What only a person gives is not kept anywhere but here.
        { again: true, ...(typeof given === "object" ? { arguments: given } : {}) };
  return take(madang.POST("/api/calls/{call_id}/resolve", { body, params: { path: { call_id: id } } }));
}
