import type { CustomValues } from "@madang/sdk";
import { ChevronRight, Search } from "lucide-react";
import { Code, cx } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import { Method } from "./method.tsx";
import { cards } from "./messages.ts";
import { useFold } from "./fold.ts";

/** What the finder saw, in a line; the candidates behind it. */
export function FoundLine({ found }: { found: CustomValues["found"] }) {
  const t = useMessages(cards);
  const { isOpen, buttonProps, bodyProps } = useFold(false);
  const [first] = found.candidates;
  const line = !found.fits
    ? t.foundNothing
    : first === undefined
      ? t.foundFits(0)
      : t.foundOne(first.title || first.function);
  return (
    <div className="text-sm text-muted">
      <button
        type="button"
        {...buttonProps}
        className="-ml-1.5 flex max-w-full items-center gap-1.5 rounded-md px-1.5 py-0.5 text-left hover:bg-hover hover:text-ink pointer-coarse:min-h-9"
      >
        <Search aria-hidden className="size-3.5 shrink-0" />
        <span className="min-w-0 truncate">{line}</span>
        <ChevronRight aria-hidden className={cx("size-3.5 shrink-0", isOpen && "rotate-90")} />
      </button>
      {isOpen ? (
        <div {...bodyProps} className="mt-1.5 flex flex-col gap-2 rounded-lg border border-line bg-surface px-3.5 py-3">
          <p>{t.foundFor(found.text)}</p>
          {found.fits ? null : found.candidates.length === 0 ? null : <p>{t.foundNearest}</p>}
          <ol className="flex flex-col gap-1.5">
            {found.candidates.map((one) => (
              <li key={one.function} className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
                <span className="text-ink">{one.title || one.function}</span>
                <Code>{one.function}</Code>
                <Method method={one.method} path={one.path} />
                <span className="text-xs tabular-nums">{t.foundScore(one.score.toFixed(2))}</span>
              </li>
            ))}
          </ol>
        </div>
      ) : null}
    </div>
  );
}
