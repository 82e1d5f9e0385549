import type { EffectClass, Provenance } from "@madang/sdk";
import { useLanguage } from "../../../i18n/tables.ts";
import type { AnnounceWords } from "../announce.ts";
import type { Stage } from "../calls.ts";
import { cards } from "./messages.ts";

type Words = typeof cards.en;

export function useCardWords(): Words {
  return cards[useLanguage()];
}

export function stageWord(t: Words, stage: Stage): string {
  const words: Record<Stage, string> = {
    composing: t.stageComposing,
    form: t.stageForm,
    approval: t.stageApproval,
    ready: t.stageReady,
    performing: t.stagePerforming,
    in_doubt: t.stageInDoubt,
    done: t.stageDone,
    failed: t.stageFailed,
    rejected: t.stageRejected,
    invalid: t.stageInvalid,
    stopped: t.stageStopped,
  };
  return words[stage];
}

export function effectWords(t: Words, effect: EffectClass): string {
  const words: Record<EffectClass, string> = {
    safe: t.effectSafe,
    idempotent: t.effectIdempotent,
    keyed: t.effectKeyed,
    checkable: t.effectCheckable,
    unsafe: t.effectUnsafe,
  };
  return words[effect];
}

/** Over what a call goes out: a connection, or the open application that lends the function and has no server. */
export function connectionWords(t: Words, connection: { label: string; server_url: string }): string {
  return connection.server_url === "" ? t.application(connection.label) : t.connection(connection.label);
}

/** Where an argument came from; `titleOf` names an earlier call by its key. */
export function provenanceWords(t: Words, from: Provenance, titleOf: (key: string) => string | undefined): string {
  if (from.kind === "result") {
    const title = titleOf(from.key ?? "") ?? t.earlierCall;
    return from.path === undefined || from.path === "" ? t.fromResult(title) : t.fromResultAt(title, from.path);
  }
  return { user: t.fromUser, form: t.fromForm, model: t.fromModel, default: t.fromDefault }[from.kind];
}

export function announceWords(t: Words, stopped: string): AnnounceWords {
  const told: Partial<Record<Stage, (title: string) => string>> = {
    form: t.tellForm,
    approval: t.tellApproval,
    in_doubt: t.tellInDoubt,
    done: t.tellDone,
    failed: t.tellFailed,
    rejected: t.tellRejected,
    invalid: t.tellInvalid,
  };
  return { stage: (title, stage) => told[stage]?.(title), stopped };
}
