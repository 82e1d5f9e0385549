import { useId, type ReactNode } from "react";
import { cx } from "./cx.ts";

export type Tone = "neutral" | "good" | "warning" | "danger" | "info";

const TONES: Record<Tone, string> = {
  neutral: "bg-sunken text-muted",
  good: "bg-accent-soft text-accent",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
  info: "bg-info-soft text-info",
};

/** A word about a thing. The colour repeats what the word says and never says it alone. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={cx(
        "inline-flex h-5 items-center gap-1 rounded px-1.5 text-xs font-medium whitespace-nowrap",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

export interface CardProps {
  title?: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
  /** Without padding, for a table that reaches the edges. */
  isFlush?: boolean;
}

export function Card({ title, about, actions, children, isFlush = false }: CardProps) {
  const hasHead = title !== undefined || actions !== undefined;
  const id = useId();
  return (
    <section
      aria-labelledby={title === undefined ? undefined : id}
      className="rounded-lg border border-line bg-surface"
    >
      {hasHead ? (
        <header className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 pt-3.5 pb-3">
          <div className="min-w-0 flex-1 basis-60">
            <h2 id={id} className="text-base font-semibold">
              {title}
            </h2>
            {about === undefined ? null : <p className="mt-0.5 text-sm text-muted">{about}</p>}
          </div>
          {actions}
        </header>
      ) : null}
      <div className={cx(isFlush ? (hasHead ? "border-t border-line" : "") : hasHead ? "px-4 pb-4" : "p-4")}>
        {children}
      </div>
    </section>
  );
}

export interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** What stands where there is nothing yet, and what to do about it. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      {icon === undefined ? null : (
        <div aria-hidden className="mb-1 flex size-10 items-center justify-center rounded-lg bg-sunken text-muted">
          {icon}
        </div>
      )}
      <p className="font-medium">{title}</p>
      {children === undefined ? null : <div className="max-w-md text-sm text-muted">{children}</div>}
      {action === undefined ? null : <div className="mt-2">{action}</div>}
    </div>
  );
}

/** Names and values under each other, side by side where there is room. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-1 text-sm sm:grid-cols-[minmax(9rem,auto)_1fr] sm:gap-y-2.5">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="mb-2 min-w-0 sm:mb-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
