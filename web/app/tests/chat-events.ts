import type { ConversationEvent } from "@madang/sdk";
import { NOTHING, fold, type CallPart, type ConversationState, type TurnView } from "../src/features/chat/state.ts";

export interface Body {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** A recorded conversation: bodies become events with `seq` from 1 on. */
export function script(...bodies: readonly (Body | ConversationEvent)[]): ConversationEvent[] {
  return bodies.map(
    (body, index) =>
      ({
        seq: index + 1,
        id: `evt_${String(index + 1)}`,
        schema_version: 1,
        timestamp: new Date(Date.UTC(2026, 2, 10, 12, 0, index)).toISOString(),
        ...body,
      }) as unknown as ConversationEvent,
  );
}

export function foldAll(events: readonly ConversationEvent[], state: ConversationState = NOTHING): ConversationState {
  return events.reduce(fold, state);
}

export function custom(name: string, value: Record<string, unknown>): Body {
  return { type: "CUSTOM", name, value };
}

export function asked(turn: string, text: string): Body[] {
  const messageId = `msg_${turn}`;
  return [
    { type: "TEXT_MESSAGE_START", messageId, role: "user", turn, frame: `frame_${turn}` },
    { type: "TEXT_MESSAGE_CONTENT", messageId, delta: text },
    { type: "TEXT_MESSAGE_END", messageId },
  ];
}

export function started(turn: string): Body {
  return { type: "RUN_STARTED", threadId: "cnv", runId: turn, messageId: `msg_${turn}` };
}

export function finished(turn: string): Body {
  return { type: "RUN_FINISHED", threadId: "cnv", runId: turn, seconds: 1.5 };
}

export function call(turn: string, id: string): Body {
  return {
    type: "TOOL_CALL_START",
    toolCallId: id,
    toolCallName: "bbs.articles.create",
    turn,
    title: "Post an article",
    method: "POST",
    path: "/articles",
    effect: "unsafe",
    connection: { id: "cnn_1", label: "board", connector: "bbs", server_url: "http://127.0.0.1:8713" },
  };
}

export function result(id: string, state: string, content: Record<string, unknown>): Body {
  return {
    type: "TOOL_CALL_RESULT",
    toolCallId: id,
    messageId: `${id}.result`,
    state,
    content: JSON.stringify(content),
  };
}

export function said(turn: string, messageId: string, ...deltas: readonly string[]): Body[] {
  return [
    { type: "TEXT_MESSAGE_START", messageId, role: "assistant", turn },
    ...deltas.map((delta) => ({ type: "TEXT_MESSAGE_CONTENT", messageId, delta })),
  ];
}

export function turnOf(state: ConversationState, id: string): TurnView {
  const turn = state.turns.find((one) => one.id === id);
  if (turn === undefined) throw new Error(`no turn ${id}`);
  return turn;
}

export function callOf(state: ConversationState, id: string): CallPart["call"] {
  const parts = state.turns.flatMap((turn) => turn.parts);
  const part = parts.find((one): one is CallPart => one.kind === "call" && one.id === id);
  if (part === undefined) throw new Error(`no call ${id}`);
  return part.call;
}
