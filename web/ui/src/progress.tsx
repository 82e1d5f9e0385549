import { LoaderCircle } from "lucide-react";
import { cx } from "./cx.ts";
import { useLabels } from "./labels.tsx";

/** Something goes on whose length is not known. With a name it is announced; without it decorates its neighbour. */
export function Spinner({ label, className }: { label?: string; className?: string }) {
  const icon = <LoaderCircle aria-hidden className={cx("size-4 animate-spin", className)} />;
  return label === undefined ? (
    icon
  ) : (
    <span role="status">
      {icon}
      <span className="sr-only">{label}</span>
    </span>
  );
}

/** How much of `total` is done. */
export function Progress({ label, done, total }: { label: string; done: number; total: number }) {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      className="h-1.5 overflow-hidden rounded-full bg-sunken"
    >
      <div
        className="h-full origin-left rounded-full bg-accent transition-transform"
        style={{ transform: `scaleX(${String(share)})` }}
      />
    </div>
  );
}

/** The place of text that is on its way. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const labels = useLabels();
  return (
    <div role="status" className="flex flex-col gap-2.5 py-1">
      <span className="sr-only">{labels.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={cx("h-4 animate-pulse rounded bg-hover", line % 3 === 2 ? "w-2/5" : "w-4/5")} />
      ))}
    </div>
  );
}
