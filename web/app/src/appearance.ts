import { useSyncExternalStore } from "react";
import type { Schemas } from "@madang/sdk";

/** What the user chose; `auto` follows the system and the browser. */
export type Appearance = Schemas["PreferencesView"];
export type Language = "ko" | "en";

const KEY = "madang.appearance";
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let chosen = load();

/** Show the page by these choices, now and before the first paint of the next visit. */
export function setAppearance(change: Partial<Appearance>): void {
  const next = { ...chosen, ...change };
  if (next.theme === chosen.theme && next.language === chosen.language) return;
  chosen = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen));
  } catch {
    // Storage may be full or refused; the choice then holds for this visit.
  }
  apply();
}

export function useAppearance(): Appearance {
  return useSyncExternalStore(subscribe, () => chosen);
}

/** The language of the page: the chosen one, or the first that the browser names. */
export function languageOf(appearance: Appearance): Language {
  if (appearance.language !== "auto") return appearance.language;
  return navigator.language.startsWith("ko") ? "ko" : "en";
}

function apply(): void {
  const root = document.documentElement;
  root.dataset["theme"] = chosen.theme === "auto" ? (dark.matches ? "dark" : "light") : chosen.theme;
  root.lang = languageOf(chosen);
  for (const listener of listeners) listener();
}

function load(): Appearance {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Record<keyof Appearance, unknown>>;
    const language = stored.language === "ko" || stored.language === "en" ? stored.language : "auto";
    const theme = stored.theme === "light" || stored.theme === "dark" ? stored.theme : "auto";
    return { language, theme };
  } catch {
    return { language: "auto", theme: "auto" };
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

dark.addEventListener("change", apply);
