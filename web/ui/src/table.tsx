import { useVirtualizer } from "@tanstack/react-virtual";
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type CSSProperties,
  type ReactNode,
  type RefObject,
} from "react";
import { cx } from "./cx.ts";

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** A track of a CSS grid, as `minmax(8rem,1fr)`. */
  width: string;
  /** Left out on phones; say it in another column there, if it matters. */
  isWideOnly?: boolean;
  isHeaderHidden?: boolean;
}

export interface TableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  empty?: ReactNode;
  /** Called when the end of the rows comes into view. */
  onEnd?: () => void;
}

const MANY = 60;
const ROW_HEIGHT = 44;
const GRID = "grid grid-cols-[var(--narrow)] items-center gap-x-4 px-4 md:grid-cols-[var(--wide)]";

/**
 * Rows of any number: beyond sixty only those in view are in the page. It scrolls with what is around it, the nearest
 * ancestor marked `data-scroller`.
 */
export function Table<T>(props: TableProps<T>) {
  const { label, columns, rows, empty } = props;
  if (rows.length === 0) return <>{empty}</>;
  const tracks = {
    "--wide": columns.map((column) => column.width).join(" "),
    "--narrow": columns
      .filter((column) => column.isWideOnly !== true)
      .map((column) => column.width)
      .join(" "),
  } as CSSProperties;
  return (
    <div role="table" aria-label={label} aria-rowcount={rows.length + 1} style={tracks}>
      <div role="row" className={cx(GRID, "h-9 border-b border-line text-xs font-medium text-muted")}>
        {columns.map((column) => (
          <div key={column.id} role="columnheader" className={place(column)}>
            <span className={column.isHeaderHidden === true ? "sr-only" : undefined}>{column.header}</span>
          </div>
        ))}
      </div>
      <Rows {...props} />
    </div>
  );
}

function Rows<T>({ columns, rows, rowKey, onEnd }: TableProps<T>) {
  const body = useRef<HTMLDivElement>(null);
  const { scroller, margin } = useScroller(body, rows.length);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_HEIGHT,
    // A short list is in the page whole, for the browser's own search.
    overscan: rows.length > MANY ? 12 : MANY,
    scrollMargin: margin,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
  });
  const visible = virtual.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 1) onEnd?.();
  }, [last, rows.length, onEnd]);
  return (
    <div ref={body} role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
      {visible.map((item) => {
        const row = rows[item.index];
        return row === undefined ? null : (
          <div
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            role="row"
            aria-rowindex={item.index + 2}
            style={{ transform: `translateY(${String(item.start - margin)}px)` }}
            className={cx(
              GRID,
              "absolute inset-x-0 top-0 min-h-11 border-line py-1 hover:bg-hover/50",
              item.index > 0 && "border-t",
            )}
          >
            <Cells columns={columns} row={row} />
          </div>
        );
      })}
    </div>
  );
}

/** The ancestor marked `data-scroller` in which the list scrolls, and how far from its top the list begins. */
function useScroller(
  body: RefObject<HTMLElement | null>,
  count: number,
): { scroller: HTMLElement | null; margin: number } {
  const [place, setPlace] = useState<{ scroller: HTMLElement | null; margin: number }>({ scroller: null, margin: 0 });
  useLayoutEffect(() => {
    const scroller = body.current?.closest<HTMLElement>("[data-scroller]") ?? null;
    if (scroller === null) return;
    const measure = (): void => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const margin = Math.round(top - scroller.getBoundingClientRect().top + scroller.scrollTop);
      setPlace((before) => (before.scroller === scroller && before.margin === margin ? before : { scroller, margin }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    return () => observer.disconnect();
  }, [body, count]);
  return place;
}

function Cells<T>({ columns, row }: { columns: readonly Column<T>[]; row: T }) {
  return columns.map((column) => (
    <div key={column.id} role="cell" className={cx("min-w-0 text-sm", place(column))}>
      {column.cell(row)}
    </div>
  ));
}

function place<T>(column: Column<T>): string {
  return column.isWideOnly === true ? "hidden md:block" : "";
}
