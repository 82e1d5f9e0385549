import { CircleHelp } from "lucide-react";
import { useEffect, useRef } from "react";
import { Badge, Button, Card, Disclosure, JsonTree, type Tone } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import { ResultView } from "../../../result-view/index.tsx";
import { StoredResult } from "../../chat/cards/stored-result.tsx";
import type { Call, Calling } from "./calling.ts";
import { functionWords } from "./messages.ts";

const TONES: Partial<Record<Call["state"], Tone>> = {
  done: "good",
  failed: "danger",
  doubt: "warning",
  intent: "info",
};

/** How a call ended, or that nobody knows. */
export function CallOutcome({ call, calling }: { call: Call; calling: Calling }) {
  const t = useMessages(functionWords);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.scrollIntoView({ block: "nearest" });
  }, [call]);
  return (
    <div ref={place}>
      <Card title={t.resultTitle} actions={<State call={call} />}>
        <div className="flex flex-col gap-3">
          {call.state === "doubt" ? <Doubt call={call} calling={calling} /> : null}
          {call.state === "intent" ? <UnderWay calling={calling} /> : null}
          {call.state === "done" || call.state === "failed" ? <Ended call={call} /> : null}
        </div>
      </Card>
    </div>
  );
}

function State({ call }: { call: Call }) {
  const t = useMessages(functionWords);
  const words: Partial<Record<Call["state"], string>> = {
    done: t.stateDone,
    failed: t.stateFailed,
    doubt: t.stateDoubt,
    intent: t.stateIntent,
  };
  const { outcome } = call;
  return (
    <div role="status" className="flex flex-wrap items-center gap-2 text-sm text-muted">
      <Badge tone={TONES[call.state] ?? "neutral"}>{words[call.state] ?? call.state}</Badge>
      {typeof outcome?.status === "number" ? <span>{t.httpStatus(outcome.status)}</span> : null}
      {typeof outcome?.seconds === "number" ? <span>{t.seconds(outcome.seconds)}</span> : null}
      {(call.attempt ?? 1) > 1 ? <span>{t.attempt(call.attempt ?? 1)}</span> : null}
    </div>
  );
}

function Ended({ call }: { call: Call }) {
  const t = useMessages(functionWords);
  const { outcome } = call;
  if (outcome === null || outcome === undefined) return null;
  const drift = outcome.drift ?? [];
  return (
    <>
      {typeof outcome.reason === "string" ? (
        <p className="text-sm wrap-anywhere text-danger">{outcome.reason}</p>
      ) : null}
      {outcome.is_assumed === true ? <p className="text-sm text-warning">{t.assumed}</p> : null}
      {typeof outcome.checked_by === "string" ? (
        <p className="text-sm text-muted">{t.checkedBy(outcome.checked_by)}</p>
      ) : null}
      {typeof outcome.resolved_by === "string" ? <p className="text-sm text-muted">{t.resolvedBy}</p> : null}
      <Content call={call} outcome={outcome} />
      {drift.length > 0 ? (
        <Disclosure title={t.drift(drift.length)}>
          <JsonTree value={drift} label={t.drift(drift.length)} />
        </Disclosure>
      ) : null}
    </>
  );
}

/** The answer itself: whole, by reference where it is large, or why there is none. */
function Content({ call, outcome }: { call: Call; outcome: NonNullable<Call["outcome"]> }) {
  const t = useMessages(functionWords);
  if (outcome.stored !== null && outcome.stored !== undefined) return <StoredResult stored={outcome.stored} />;
  if (typeof outcome.not_kept === "string") return <p className="text-sm text-warning">{outcome.not_kept}</p>;
  const isSaidByPerson = typeof outcome.resolved_by === "string";
  const isEmpty = outcome.value === null || outcome.value === undefined;
  if (isEmpty && (call.state !== "done" || isSaidByPerson)) return null;
  return <ResultView value={outcome.value} label={t.resultLabel} />;
}

function UnderWay({ calling }: { calling: Calling }) {
  const t = useMessages(functionWords);
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="text-sm text-muted">{t.intentAbout}</p>
      <Button size="sm" isBusy={calling.isPending} onClick={calling.look}>
        {t.look}
      </Button>
    </div>
  );
}

/** Only a person can find out; both ways are one press away and neither is the default. */
function Doubt({ call, calling }: { call: Call; calling: Calling }) {
  const t = useMessages(functionWords);
  const reason = call.outcome?.reason;
  return (
    <div role="alert" className="flex gap-3 rounded-lg border border-warning/40 bg-warning-soft px-3.5 py-3 text-sm">
      <CircleHelp aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <p className="font-medium text-ink">{t.doubtTitle}</p>
        <p className="text-ink">{t.doubtAbout}</p>
        {typeof reason === "string" ? <p className="wrap-anywhere text-muted">{reason}</p> : null}
        <div className="flex flex-wrap gap-2">
          <Button isBusy={calling.isPending} onClick={() => calling.resolve("happened")}>
            {t.doubtHappened}
          </Button>
          <Button isBusy={calling.isPending} onClick={() => calling.resolve("again")}>
            {t.doubtAgain}
          </Button>
        </div>
      </div>
    </div>
  );
}
