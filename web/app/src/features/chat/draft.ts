import { useState } from "react";

/** A text that is being written, kept in this tab until it is sent; and what was said before, by arrow keys. */
export function useDraft(name: string, said: readonly string[]) {
  const key = `madang.draft.${name}`;
  const [text, show] = useState(() => load(key));
  /** How far back: 0 is the draft itself. */
  const [back, setBack] = useState(0);
  const setText = (next: string): void => {
    show(next);
    setBack(0);
    save(key, next);
  };
  /** Go one back (-1) or forward (1); false where there is nothing. What is half written is not taken away. */
  const recall = (step: -1 | 1): boolean => {
    const next = back - step;
    if (next < 0 || next > said.length || (back === 0 && text.trim() !== "")) return false;
    setBack(next);
    show(next === 0 ? "" : (said.at(-next) ?? ""));
    return true;
  };
  return { text, setText, recall };
}

function load(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function save(key: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // Storage may be full or refused; the text then holds until the page is left.
  }
}
