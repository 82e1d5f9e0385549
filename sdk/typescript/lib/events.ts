import type { FunctionDefinition } from "./lending.ts";

/** What a conversation's session says and hears; docs/flows/chat.md is the contract. */

export type JsonObject = { readonly [name: string]: unknown };

/** Where an argument came from; for `result` the call, its connection and the place in what it gave. */
export interface Provenance {
  readonly kind: "user" | "form" | "result" | "model" | "default";
  readonly key?: string;
  readonly connection?: string;
  readonly path?: string;
}

export type EffectClass = "safe" | "idempotent" | "keyed" | "checkable" | "unsafe";

export interface CallConnection {
  readonly id: string;
  readonly label: string;
  readonly connector: string;
  readonly server_url: string;
}

export interface Candidate {
  readonly function: string;
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly score: number;
}

/** One wrong place of composed arguments. */
export interface ArgumentProblem {
  readonly path: string;
  readonly expected: string;
  readonly given: string;
  readonly message: string;
}

/** Where an answer is not what its document says. */
export interface Drift {
  readonly path: string;
  readonly expected: string;
  readonly given: string;
}

/** A value that is too large for an event; its parts are asked for. */
export interface StoredValue {
  readonly id: string;
  readonly bytes: number;
  readonly kind: string;
  readonly items: number | null;
  readonly preview: unknown;
}

/** The JSON of `TOOL_CALL_RESULT.content`. */
export interface CallResult {
  readonly status?: number | null;
  readonly value?: unknown;
  readonly stored?: StoredValue | null;
  readonly reason?: string | null;
  readonly drift?: readonly Drift[];
  readonly seconds?: number | null;
  readonly call?: string | null;
  readonly is_assumed?: boolean;
  readonly resolved_by?: string | null;
}

/** The values of `CUSTOM` events by their names. */
export interface CustomValues {
  title: { readonly title: string };
  found: {
    readonly turn: string;
    readonly text: string;
    readonly fits: boolean;
    readonly candidates: readonly Candidate[];
  };
  arguments: {
    readonly call_id: string;
    readonly arguments: JsonObject;
    readonly provenance: Readonly<Record<string, Provenance>>;
  };
  mended: { readonly call_id: string; readonly attempt: number; readonly errors: readonly ArgumentProblem[] };
  form: {
    readonly call_id: string;
    readonly schema: JsonObject;
    readonly value: JsonObject | null;
    readonly errors: readonly ArgumentProblem[];
    readonly reason: "human" | "missing" | "invalid";
  };
  form_answered: {
    readonly call_id: string;
    readonly names: readonly string[];
    readonly by: string;
    readonly cancelled?: boolean;
  };
  approval: {
    readonly call_id: string;
    readonly reasons: readonly ("effect" | "connection")[];
    readonly effect: EffectClass;
    readonly function: string;
    readonly title: string;
    readonly connection: Omit<CallConnection, "connector">;
    readonly arguments: JsonObject;
    readonly provenance: Readonly<Record<string, Provenance>>;
    readonly request: { readonly method: string; readonly url: string };
    readonly pairs: readonly { readonly from: string; readonly to: string }[];
  };
  approval_answered: {
    readonly call_id: string;
    readonly decision: "approve" | "reject";
    readonly by: string;
    readonly changed: readonly string[];
  };
  performing: { readonly call_id: string };
  in_doubt: {
    readonly call_id: string;
    readonly reason: string;
    readonly effect: EffectClass;
    readonly function: string;
    readonly arguments: JsonObject;
  };
  in_doubt_answered: { readonly call_id: string; readonly decision: "happened" | "again"; readonly by: string };
  usage: {
    readonly turn: string;
    readonly model: string;
    readonly input_tokens: number;
    readonly output_tokens: number;
    /** In millionths of the currency; null where nobody knows the model's price. */
    readonly price_micro: number | null;
    readonly currency: string;
    readonly seconds: number;
  };
  drift: { readonly call_id: string; readonly drift: readonly Drift[] };
}

interface Stamp {
  readonly seq: number;
  readonly id: string;
  readonly schema_version: number;
  /** ISO 8601 UTC. */
  readonly timestamp: string;
}

type Custom = {
  [Name in keyof CustomValues]: { readonly type: "CUSTOM"; readonly name: Name; readonly value: CustomValues[Name] };
}[keyof CustomValues];

type Body =
  | {
      readonly type: "TEXT_MESSAGE_START";
      readonly messageId: string;
      readonly role: "user" | "assistant";
      readonly turn: string;
      /** For a message of a person: the id of the frame that brought it. */
      readonly frame?: string;
    }
  | { readonly type: "TEXT_MESSAGE_CONTENT"; readonly messageId: string; readonly delta: string }
  | { readonly type: "TEXT_MESSAGE_END"; readonly messageId: string; readonly isCut?: boolean }
  | { readonly type: "RUN_STARTED"; readonly threadId: string; readonly runId: string; readonly messageId: string }
  | { readonly type: "RUN_FINISHED"; readonly threadId: string; readonly runId: string; readonly seconds: number }
  | { readonly type: "RUN_ERROR"; readonly runId: string; readonly code: string; readonly message: string }
  | {
      readonly type: "TOOL_CALL_START";
      readonly toolCallId: string;
      readonly toolCallName: string;
      readonly turn: string;
      readonly title: string;
      readonly method: string;
      readonly path: string;
      readonly effect: EffectClass;
      readonly connection: CallConnection | null;
    }
  | { readonly type: "TOOL_CALL_ARGS"; readonly toolCallId: string; readonly delta: string }
  | { readonly type: "TOOL_CALL_END"; readonly toolCallId: string }
  | {
      readonly type: "TOOL_CALL_RESULT";
      readonly toolCallId: string;
      readonly messageId: string;
      readonly state: "done" | "failed" | "rejected" | "invalid";
      readonly content: string;
    }
  | Custom;

/** One event of a conversation's history. A newer server may send types that are not here; they change nothing. */
export type ConversationEvent = Stamp & Body;

/** What a client says; the session adds the id. */
export type ClientFrame =
  | { readonly type: "message"; readonly text: string }
  | { readonly type: "form"; readonly call_id: string; readonly value: JsonObject }
  | { readonly type: "form"; readonly call_id: string; readonly cancel: true }
  | {
      readonly type: "approval";
      readonly call_id: string;
      readonly decision: "approve" | "reject";
      /** A merge patch (RFC 7396) of the shown ones. */
      readonly arguments?: JsonObject;
    }
  | { readonly type: "in_doubt"; readonly call_id: string; readonly happened: unknown }
  | { readonly type: "in_doubt"; readonly call_id: string; readonly again: true }
  | { readonly type: "abort" }
  /** `name` stands before the names of the functions where people see them. */
  | { readonly type: "lend"; readonly functions: readonly FunctionDefinition[]; readonly name?: string }
  | { readonly type: "unlend"; readonly names?: readonly string[] }
  | { readonly type: "tool_result"; readonly call_id: string; readonly value: unknown }
  | { readonly type: "tool_result"; readonly call_id: string; readonly error: string };
