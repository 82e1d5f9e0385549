import { CircleAlert, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Code } from "./code-block.tsx";
import { CopyButton } from "./copy.tsx";
import { useLabels, type Labels } from "./labels.tsx";

export interface ErrorNoticeProps {
  title: string;
  /** What happened and what to do. */
  detail: string;
  /** The wrong places of an input. */
  places?: readonly { pointer: string; message: string }[];
  trace?: string | null;
  onRetry?: () => void;
  children?: ReactNode;
}

/** An error as it is: what, where, what to do, and the id under which the log has more. */
export function ErrorNotice({ title, detail, places = [], trace = null, onRetry, children }: ErrorNoticeProps) {
  const labels = useLabels();
  return (
    <div role="alert" className="flex gap-3 rounded-lg border border-danger/40 bg-danger-soft px-3.5 py-3 text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <p className="font-medium text-ink">{title}</p>
        <p className="text-ink">{detail}</p>
        {places.length === 0 ? null : <Places places={places} />}
        {children}
        {trace === null ? null : (
          <p className="flex items-center gap-1 text-xs text-muted">
            <span className="whitespace-nowrap">{labels.trace}</span> <Code>{trace}</Code>
            <CopyButton text={asText({ title, detail, places, trace }, labels)} />
          </p>
        )}
      </div>
      {onRetry === undefined ? null : (
        <Button size="sm" icon={<RotateCw className="size-3.5" />} onClick={onRetry}>
          {labels.retry}
        </Button>
      )}
    </div>
  );
}

function Places({ places }: { places: readonly { pointer: string; message: string }[] }) {
  const labels = useLabels();
  return (
    <ul aria-label={labels.where} className="flex flex-col gap-1">
      {places.map((place) => (
        <li key={`${place.pointer} ${place.message}`}>
          <Code>{place.pointer || labels.wholeDocument}</Code> {place.message}
        </li>
      ))}
    </ul>
  );
}

function asText(error: Required<Omit<ErrorNoticeProps, "onRetry" | "children">>, labels: Labels): string {
  const places = error.places.map((place) => `${place.pointer || labels.wholeDocument}: ${place.message}`);
  return [error.title, error.detail, ...places, `${labels.trace}: ${error.trace ?? ""}`].join("\n");
}
