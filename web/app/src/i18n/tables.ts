import { languageOf, useAppearance, type Language } from "../appearance.ts";

/** A text, or one that is made of values. */
export type Message = string | ((...values: never[]) => string);

/** The same messages in both languages. */
export interface Tables<T> {
  en: T;
  ko: T;
}

/**
 * Tie two tables together. The Korean one is typed by the English one, so a key that it lacks does not compile.
 */
export function tables<T extends Record<string, Message>>(
  en: T,
  ko: { [Key in keyof T]: Widened<T[Key]> },
): Tables<Texts<T>> {
  const both: Record<Language, unknown> = { en, ko };
  return both as Tables<Texts<T>>;
}

type Widened<M> = M extends string ? string : M;
type Texts<T> = { [Key in keyof T]: Widened<T[Key]> };

export function useLanguage(): Language {
  return languageOf(useAppearance());
}

/** The table in the language of the page. */
export function useMessages<T>(both: Tables<T>): T {
  return both[useLanguage()];
}
