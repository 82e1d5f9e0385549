import type { JsonObject, Provenance } from "@madang/sdk";
import { useStore } from "./context.ts";
import { provenanceWords, useCardWords } from "./words.ts";

const MASK = "•••";
const MASKS: readonly unknown[] = [MASK, "[hidden]"];

/** Whether this stands for what only a person gave, which is in no event. */
export function isMasked(value: unknown): boolean {
  return MASKS.includes(value);
}

export interface ArgumentsListProps {
  values: JsonObject;
  provenance: Readonly<Record<string, Provenance>>;
}

/** Arguments by name, each with where it came from. */
export function ArgumentsList({ values, provenance }: ArgumentsListProps) {
  const t = useCardWords();
  const store = useStore();
  const entries = Object.entries(values);
  if (entries.length === 0) return <p className="text-sm text-muted">{t.argumentsNone}</p>;
  return (
    <dl className="grid grid-cols-1 gap-x-4 text-sm sm:grid-cols-[minmax(5rem,auto)_minmax(0,1fr)] sm:gap-y-1.5">
      {entries.map(([name, value]) => {
        const from = provenance[name];
        return (
          <div key={name} className="contents">
            <dt className="font-mono text-xs leading-5 text-muted">{name}</dt>
            <dd className="mb-2 flex min-w-0 flex-wrap items-baseline gap-x-2.5 sm:mb-0">
              <Value value={value} />
              {from === undefined ? null : (
                <span className="text-xs text-muted">{provenanceWords(t, from, store.titleOf)}</span>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Value({ value }: { value: unknown }) {
  const t = useCardWords();
  if (isMasked(value)) return <span aria-label={t.hidden}>{MASK}</span>;
  if (typeof value === "string") {
    return <span className="max-h-40 min-w-0 overflow-y-auto wrap-anywhere whitespace-pre-wrap">{value}</span>;
  }
  return (
    <code className="max-h-40 min-w-0 overflow-y-auto font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
      {JSON.stringify(value, undefined, typeof value === "object" ? 2 : 0)}
    </code>
  );
}
