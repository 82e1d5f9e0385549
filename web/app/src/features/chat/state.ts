import type { ConversationEvent, CustomValues } from "@madang/sdk";
import { foldCall, isOpen, type CallView } from "./calls.ts";

export interface TextPart {
  readonly kind: "text";
  readonly id: string;
  readonly text: string;
  /** `cut`: given up half-way, and begun anew in another part. */
  readonly state: "streaming" | "done" | "cut";
}

export interface FoundPart {
  readonly kind: "found";
  readonly id: string;
  readonly found: CustomValues["found"];
}

export interface CallPart {
  readonly kind: "call";
  readonly id: string;
  readonly call: CallView;
}

export type Part = TextPart | FoundPart | CallPart;

export interface TurnView {
  readonly id: string;
  /** The client's id of the frame that brought the message. */
  readonly frame: string | undefined;
  readonly askedAt: string;
  readonly messageId: string;
  readonly text: string;
  readonly state: "queued" | "running" | "done" | "failed" | "aborted";
  readonly parts: readonly Part[];
  readonly usage: readonly CustomValues["usage"][];
  readonly seconds: number | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** A conversation as it is drawn. It is made of its events and of nothing else, so that every tab shows the same. */
export interface ConversationState {
  readonly seq: number;
  readonly title: string | undefined;
  readonly turns: readonly TurnView[];
  /** The turn of each message and call. */
  readonly owners: Readonly<Record<string, string>>;
}

export const NOTHING: ConversationState = { seq: 0, title: undefined, turns: [], owners: {} };

/** The conversation after one more event. An event that is folded in already changes nothing. */
export function fold(state: ConversationState, event: ConversationEvent): ConversationState {
  if (event.seq <= state.seq) return state;
  return { ...apply(state, event), seq: event.seq };
}

/** The turn that is being worked on, or waits for a person. */
export function runningTurn(state: ConversationState): TurnView | undefined {
  return state.turns.find((turn) => turn.state === "running");
}

function apply(state: ConversationState, event: ConversationEvent): ConversationState {
  switch (event.type) {
    case "TEXT_MESSAGE_START":
      return own(event.role === "user" ? ask(state, event) : say(state, event), event.messageId, event.turn);
    case "TEXT_MESSAGE_CONTENT":
      return addText(state, event.messageId, event.delta);
    case "TEXT_MESSAGE_END":
      return changeText(state, event.messageId, (part) => ({ ...part, state: event.isCut === true ? "cut" : "done" }));
    case "RUN_STARTED":
      return changeTurn(state, event.runId, (turn) => ({ ...turn, state: "running" }));
    case "RUN_FINISHED":
      return changeTurn(state, event.runId, (turn) => end({ ...turn, state: "done", seconds: event.seconds }));
    case "RUN_ERROR":
      return changeTurn(state, event.runId, (turn) => end(failed(turn, event.code, event.message)));
    case "TOOL_CALL_START":
      return own(startCall(state, event), event.toolCallId, event.turn);
    case "CUSTOM":
      return applyCustom(state, event);
    default:
      return "toolCallId" in event ? changeCall(state, event.toolCallId, event) : state;
  }
}

function applyCustom(state: ConversationState, event: ConversationEvent & { type: "CUSTOM" }): ConversationState {
  switch (event.name) {
    case "title":
      return { ...state, title: event.value.title };
    case "found":
      return addPart(state, event.value.turn, { kind: "found", id: event.id, found: event.value });
    case "usage":
      return changeTurn(state, event.value.turn, (turn) => ({ ...turn, usage: [...turn.usage, event.value] }));
    default: {
      // A newer server may send names that are not known here.
      const value = event.value as { call_id?: string } | undefined;
      return value?.call_id === undefined ? state : changeCall(state, value.call_id, event);
    }
  }
}

type TextStart = ConversationEvent & { type: "TEXT_MESSAGE_START" };

function ask(state: ConversationState, event: TextStart): ConversationState {
  const turn: TurnView = {
    id: event.turn,
    frame: event.frame,
    askedAt: event.timestamp,
    messageId: event.messageId,
    text: "",
    state: "queued",
    parts: [],
    usage: [],
    seconds: undefined,
    error: undefined,
  };
  return { ...state, turns: [...state.turns, turn] };
}

function say(state: ConversationState, event: TextStart): ConversationState {
  return addPart(state, event.turn, { kind: "text", id: event.messageId, text: "", state: "streaming" });
}

function startCall(state: ConversationState, event: ConversationEvent & { type: "TOOL_CALL_START" }) {
  const call: CallView = {
    id: event.toolCallId,
    function: event.toolCallName,
    title: event.title,
    method: event.method,
    path: event.path,
    effect: event.effect,
    connection: event.connection,
    stage: "composing",
    argumentsText: "",
    arguments: {},
    provenance: {},
    attempts: [],
    form: undefined,
    approval: undefined,
    doubt: undefined,
    answers: [],
    drift: [],
    result: undefined,
    startedAt: event.timestamp,
    endedAt: undefined,
  };
  return addPart(state, event.turn, { kind: "call", id: call.id, call });
}

function addText(state: ConversationState, message: string, delta: string): ConversationState {
  return changeTurn(state, state.owners[message], (turn) =>
    turn.messageId === message
      ? { ...turn, text: turn.text + delta }
      : changePart(turn, message, (part) => (part.kind === "text" ? { ...part, text: part.text + delta } : part)),
  );
}

function changeText(state: ConversationState, message: string, change: (part: TextPart) => TextPart) {
  return changeTurn(state, state.owners[message], (turn) =>
    changePart(turn, message, (part) => (part.kind === "text" ? change(part) : part)),
  );
}

function changeCall(state: ConversationState, call: string, event: ConversationEvent): ConversationState {
  return changeTurn(state, state.owners[call], (turn) =>
    changePart(turn, call, (part) => (part.kind === "call" ? { ...part, call: foldCall(part.call, event) } : part)),
  );
}

function changeTurn(state: ConversationState, id: string | undefined, change: (turn: TurnView) => TurnView) {
  return { ...state, turns: state.turns.map((turn) => (turn.id === id ? change(turn) : turn)) };
}

function changePart(turn: TurnView, id: string, change: (part: Part) => Part): TurnView {
  return { ...turn, parts: turn.parts.map((part) => (part.id === id ? change(part) : part)) };
}

function addPart(state: ConversationState, turn: string, part: Part): ConversationState {
  return changeTurn(state, turn, (one) => ({ ...one, parts: [...one.parts, part] }));
}

function own(state: ConversationState, id: string, turn: string): ConversationState {
  return { ...state, owners: { ...state.owners, [id]: turn } };
}

function failed(turn: TurnView, code: string, message: string): TurnView {
  return { ...turn, state: code === "aborted" ? "aborted" : "failed", error: { code, message } };
}

/** What was still open in a turn that ended goes on no more; but what is in doubt can still be decided. */
function end(turn: TurnView): TurnView {
  return { ...turn, parts: turn.parts.map(endPart) };
}

function endPart(part: Part): Part {
  if (part.kind === "text" && part.state === "streaming") return { ...part, state: "done" };
  if (part.kind !== "call" || !isOpen(part.call) || part.call.stage === "in_doubt") return part;
  return { ...part, call: { ...part.call, stage: "stopped", form: undefined, approval: undefined } };
}
