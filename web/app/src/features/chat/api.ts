import { take, type Page, type Schemas } from "@madang/sdk";
import { madang, queries } from "../../api.ts";

export type Conversation = Schemas["ConversationView"];

export const CONVERSATIONS = ["conversations"] as const;

export function listConversations(
  search: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<Conversation>> {
  return take(madang.GET("/api/conversations", { params: { query: { cursor, search } }, signal }));
}

export function getConversation(id: string, signal: AbortSignal): Promise<Conversation> {
  return take(madang.GET("/api/conversations/{conversation_id}", { ...at(id), signal }));
}

/** Begin one; `key` makes a repetition the same one. */
export function createConversation(key: string, model: string | null): Promise<Conversation> {
  const header = { "Idempotency-Key": key };
  return take(madang.POST("/api/conversations", { body: { model }, params: { header } }));
}

export async function changeConversation(id: string, body: Schemas["ConversationChange"]): Promise<void> {
  await take(madang.PATCH("/api/conversations/{conversation_id}", { body, ...at(id) }));
  await queries.invalidateQueries({ queryKey: CONVERSATIONS });
}

export async function deleteConversation(id: string): Promise<void> {
  await take(madang.DELETE("/api/conversations/{conversation_id}", at(id)));
  await queries.invalidateQueries({ queryKey: CONVERSATIONS });
}

function at(id: string) {
  return { params: { path: { conversation_id: id } } };
}
