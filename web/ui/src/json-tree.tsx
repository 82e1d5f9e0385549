import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight } from "lucide-react";
import { useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { cx } from "./cx.ts";
import { LONG_TEXT, jsonRows, type JsonRow } from "./json-rows.ts";
import { useLabels } from "./labels.tsx";

const COLOURS: Partial<Record<JsonRow["kind"], string>> = {
  string: "text-accent",
  number: "text-info",
  boolean: "text-warning",
  null: "text-muted",
};

/** Any JSON value. Only what is open is walked, only what is in view is in the page. Arrow keys move and open. */
export function JsonTree({ value, label }: { value: unknown; label: string }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([""]));
  const [active, setActive] = useState(0);
  const rows = useMemo(() => jsonRows(value, open, label), [value, open, label]);
  const tree = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 24,
    overscan: 20,
    initialRect: { width: 600, height: 400 },
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const toggle = (row: JsonRow): void => {
    const next = new Set(open);
    if (!next.delete(row.id)) next.add(row.id);
    setOpen(next);
  };
  const move = (event: KeyboardEvent): void => {
    const row = rows[active];
    const target = row === undefined ? undefined : goal(event.key, rows, active, row, toggle);
    if (target === undefined) return;
    event.preventDefault();
    setActive(target);
    virtual.scrollToIndex(target);
  };
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      aria-activedescendant={`${tree}-${String(active)}`}
      tabIndex={0}
      onKeyDown={move}
      className="max-h-[60vh] overflow-auto rounded-md border border-line bg-sunken py-1.5 font-mono text-sm"
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              role="presentation"
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${String(item.start)}px)` }}
            >
              <Line
                row={row}
                id={`${tree}-${String(item.index)}`}
                isActive={item.index === active}
                onToggle={toggle}
                onActive={() => setActive(item.index)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface LineProps {
  row: JsonRow;
  id: string;
  isActive: boolean;
  onToggle: (row: JsonRow) => void;
  onActive: () => void;
}

function Line({ row, id, isActive, onToggle, onActive }: LineProps) {
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the tree has focus and keys
    <div
      id={id}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-expanded={row.canOpen ? row.isOpen : undefined}
      aria-selected={isActive}
      onClick={() => {
        onActive();
        if (row.canOpen) onToggle(row);
      }}
      className={cx("flex min-h-6 items-start gap-1 px-2", row.canOpen && "cursor-pointer", isActive && "bg-hover")}
      style={{ paddingLeft: `${String(row.depth * 16 + 8)}px` }}
    >
      <ChevronRight
        aria-hidden
        className={cx("mt-1 size-3.5 shrink-0 text-muted", row.isOpen && "rotate-90", !row.canOpen && "invisible")}
      />
      <span className="shrink-0 text-muted">{row.label}</span>
      <Value row={row} />
    </div>
  );
}

function Value({ row }: { row: JsonRow }) {
  const labels = useLabels();
  if (row.kind === "object" || row.kind === "array" || row.kind === "group") {
    return <span className="text-muted">{labels.entries(row.size)}</span>;
  }
  const isCut = row.canOpen && !row.isOpen;
  const text = isCut ? `${row.text.slice(0, LONG_TEXT)}…` : row.text;
  return (
    <span className={cx("min-w-0 break-all whitespace-pre-wrap", COLOURS[row.kind])}>
      {row.kind === "string" ? `"${text}"` : text}
      {isCut ? <span className="ml-2 text-muted">{labels.characters(row.size)}</span> : null}
    </span>
  );
}

/** Where a key leads: the line that becomes active; undefined for a key that is not the tree's. */
function goal(
  key: string,
  rows: readonly JsonRow[],
  at: number,
  row: JsonRow,
  toggle: (row: JsonRow) => void,
): number | undefined {
  const stay = (): number => {
    if (row.canOpen) toggle(row);
    return at;
  };
  const next = Math.min(rows.length - 1, at + 1);
  const moves: Partial<Record<string, () => number>> = {
    ArrowDown: () => next,
    ArrowUp: () => Math.max(0, at - 1),
    Home: () => 0,
    End: () => rows.length - 1,
    Enter: stay,
    " ": stay,
    ArrowRight: () => (row.isOpen ? next : stay()),
    ArrowLeft: () => (row.isOpen ? stay() : Math.max(0, parentOf(rows, at, row))),
  };
  return moves[key]?.();
}

function parentOf(rows: readonly JsonRow[], at: number, row: JsonRow): number {
  return rows.slice(0, at).findLastIndex((before) => before.depth < row.depth);
}
