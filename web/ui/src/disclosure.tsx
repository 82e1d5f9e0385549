import { ChevronRight } from "lucide-react";
import { useState, type ReactNode } from "react";
import { cx } from "./cx.ts";

export interface DisclosureProps {
  title: string;
  /** Give it another `key` to open it again later, as when something in it turns out wrong. */
  isOpenAtFirst?: boolean;
  children: ReactNode;
}

/** What most people do without, folded until it is asked for. */
export function Disclosure({ title, isOpenAtFirst = false, children }: DisclosureProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <details
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="rounded-lg border border-line"
    >
      <summary className="flex items-center gap-1.5 rounded-lg px-3 py-2 text-sm font-medium text-muted hover:text-ink pointer-coarse:py-2.5">
        <ChevronRight aria-hidden className={cx("size-4 shrink-0", isOpen && "rotate-90")} />
        {title}
      </summary>
      {isOpen ? <div className="flex flex-col gap-4 px-3 pt-1 pb-4">{children}</div> : null}
    </details>
  );
}
