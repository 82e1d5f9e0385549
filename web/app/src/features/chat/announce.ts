import { isWaiting, type CallView, type Stage } from "./calls.ts";
import type { ConversationState, Part, TextPart, TurnView } from "./state.ts";

export interface AnnounceWords {
  stage: (title: string, stage: Stage) => string | undefined;
  stopped: string;
}

/** What stands for a look and would be read out. */
const MARKS = /\*\*|`|^#{1,6} /gm;
const SENTENCE_END = /[.!?。…:](?=\s)|\n/g;

/**
 * What a person who hears the page is told after the conversation changed: whole sentences of what is written, what waits
 * for them, and how calls and turns ended.
 */
export function announcements(before: ConversationState, after: ConversationState, words: AnnounceWords): string[] {
  return after.turns
    .filter((turn, index) => turn !== before.turns[index])
    .flatMap((turn) => {
      const old = before.turns.find((one) => one.id === turn.id);
      return [...turn.parts.flatMap((part) => ofPart(old, part, words)), ...ofEnd(old, turn, words)];
    })
    .filter((text) => text !== "");
}

function ofPart(old: TurnView | undefined, part: Part, words: AnnounceWords): string[] {
  const former = old?.parts.find((one) => one.id === part.id);
  if (former === part) return [];
  if (part.kind === "text") return [newSentences(former?.kind === "text" ? former : undefined, part)];
  if (part.kind === "call") return ofCall(former?.kind === "call" ? former.call : undefined, part.call, words);
  return [];
}

function ofCall(former: CallView | undefined, call: CallView, words: AnnounceWords): string[] {
  const isTold = isWaiting(call) || call.result !== undefined;
  if (!isTold || former?.stage === call.stage) return [];
  return [words.stage(call.title, call.stage) ?? ""];
}

function ofEnd(old: TurnView | undefined, turn: TurnView, words: AnnounceWords): string[] {
  if (old?.state === turn.state) return [];
  if (turn.state === "aborted") return [words.stopped];
  return turn.state === "failed" ? [turn.error?.message ?? ""] : [];
}

function newSentences(former: TextPart | undefined, part: TextPart): string {
  const told = former === undefined ? 0 : tellable(former);
  return part.text.slice(told, tellable(part)).replace(MARKS, "").trim();
}

/** How much of a text can be told: all of it once it is done, up to the last whole sentence while it is being written. */
function tellable(part: TextPart): number {
  if (part.state === "cut") return 0;
  if (part.state === "done") return part.text.length;
  const ends = [...part.text.matchAll(SENTENCE_END)];
  const last = ends.at(-1);
  return last === undefined ? 0 : last.index + 1;
}
