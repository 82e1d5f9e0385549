import type { Language } from "../appearance.ts";
import { useLanguage } from "./tables.ts";

const LOCALES: Record<Language, string> = { ko: "ko-KR", en: "en-GB" };
const STEPS: readonly [limit: number, unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  [60 * 60, "minute", 60],
  [24 * 60 * 60, "hour", 60 * 60],
  [7 * 24 * 60 * 60, "day", 24 * 60 * 60],
];

const BYTES = [
  ["megabyte", 1_000_000],
  ["kilobyte", 1000],
] as const;

/** Numbers and times as the reader writes them. */
export class Format {
  readonly #locale: string;

  constructor(readonly language: Language) {
    this.#locale = LOCALES[language];
  }

  number(value: number): string {
    return new Intl.NumberFormat(this.#locale).format(value);
  }

  /** A size, as 13.2 MB. */
  bytes(value: number): string {
    const [unit, divisor] = BYTES.find(([, least]) => value >= least) ?? (["byte", 1] as const);
    const format = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: divisor === 1 ? 0 : 1 } as const;
    return new Intl.NumberFormat(this.#locale, format).format(value / divisor);
  }

  /** A date with its time, in the time zone of the reader. */
  dateTime(iso: string): string {
    return new Intl.DateTimeFormat(this.#locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
  }

  date(iso: string): string {
    return new Intl.DateTimeFormat(this.#locale, { dateStyle: "medium" }).format(new Date(iso));
  }

  /** How long ago or ahead, within a week; else the date. */
  relative(iso: string, now: number = Date.now()): string {
    const seconds = (new Date(iso).getTime() - now) / 1000;
    const apart = Math.abs(seconds);
    const format = new Intl.RelativeTimeFormat(this.#locale, { numeric: "auto" });
    if (apart < 60) return format.format(0, "second");
    for (const [limit, unit, length] of STEPS) {
      if (apart < limit) return format.format(Math.trunc(seconds / length), unit);
    }
    return this.date(iso);
  }
}

export function useFormat(): Format {
  return new Format(useLanguage());
}
