import { take, type Page } from "@madang/sdk";
import { madang, queries } from "../../api.ts";

export interface Conversation {
  id: string;
  title: string;
  model: string | null;
  created_at: string;
  updated_at: string;
}

export const CONVERSATIONS = ["conversations"] as const;

// By hand until the document of the API has these operations.
type Ask = (path: string, options: unknown) => Promise<{ data?: unknown }>;
const raw = madang as unknown as Record<"GET" | "POST" | "PATCH" | "DELETE", Ask>;

export function listConversations(search: string, cursor: string | undefined, signal: AbortSignal) {
  const query = { cursor, search: search === "" ? undefined : search, limit: 30 };
  return take(raw.GET("/api/conversations", { params: { query }, signal })) as Promise<Page<Conversation>>;
}

export function createConversation(key: string): Promise<Conversation> {
  return take(
    raw.POST("/api/conversations", { body: {}, params: { header: { "Idempotency-Key": key } } }),
  ) as Promise<Conversation>;
}

export async function renameConversation(id: string, title: string): Promise<void> {
  await take(raw.PATCH("/api/conversations/{conversation_id}", { body: { title }, ...at(id) }));
  await queries.invalidateQueries({ queryKey: CONVERSATIONS });
}

export async function deleteConversation(id: string): Promise<void> {
  await take(raw.DELETE("/api/conversations/{conversation_id}", at(id)));
  await queries.invalidateQueries({ queryKey: CONVERSATIONS });
}

function at(id: string) {
  return { params: { path: { conversation_id: id } } };
}
