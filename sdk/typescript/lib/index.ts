import type { components } from "../generated/api.ts";

export { createMadang, idempotencyKey, take, type Madang, type MadangOptions } from "./client.ts";
export { ApiError, UnreachableError, type FieldProblem, type Problem } from "./errors.ts";
export type * from "./events.ts";
export type { CallRequest, FunctionDefinition, LentFunction } from "./lending.ts";
export { items, type Page } from "./pages.ts";
export {
  ConversationSession,
  FRAME_BYTES,
  FrameTooLargeError,
  SessionClosedError,
  sessionUrl,
  type SessionOptions,
  type SessionState,
  type Socket,
} from "./session.ts";

/** The values that the API takes and shows, by the names of its document. */
export type Schemas = components["schemas"];
