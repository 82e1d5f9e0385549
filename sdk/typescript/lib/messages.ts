import type { Problem } from "./errors.ts";
import type { ConversationEvent } from "./events.ts";
import type { CallRequest } from "./lending.ts";

/** What the server says to a client frame. */
export type FrameAnswer = { readonly id: string } & (
  { readonly ok: true } | { readonly ok: false; readonly problem: Problem }
);

/** A server frame: an event of the history, or what is said to this socket only. */
export type ServerMessage =
  | { readonly kind: "event"; readonly event: ConversationEvent }
  | { readonly kind: "answer"; readonly answer: FrameAnswer }
  | { readonly kind: "request"; readonly request: CallRequest }
  | { readonly kind: "live" };

/** Read a frame; undefined for what this version does not know. */
export function readMessage(text: string): ServerMessage | undefined {
  const found = parse(text);
  if (!isObject(found) || typeof found["type"] !== "string") return undefined;
  // Our own server sends it, by the contract; only what decides about the order is looked at.
  if (Number.isInteger(found["seq"])) return { kind: "event", event: found as unknown as ConversationEvent };
  if (found["type"] !== "CUSTOM") return undefined;
  if (found["name"] === "live") return { kind: "live" };
  const answer = found["value"];
  if (found["name"] === "call_request" && isObject(answer) && typeof answer["call_id"] === "string") {
    return { kind: "request", request: answer as unknown as CallRequest };
  }
  if (found["name"] !== "frame" || !isObject(answer) || typeof answer["id"] !== "string") return undefined;
  return { kind: "answer", answer: answer as unknown as FrameAnswer };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
