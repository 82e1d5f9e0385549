import { ChevronRight, CircleAlert, CircleCheck, CircleSlash, Hand } from "lucide-react";
import { memo, type ReactNode } from "react";
import { Badge, Spinner, cx, type Tone } from "@madang/ui";
import { useFormat } from "../../../i18n/format.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { isOpen as isCallOpen, isWaiting, type CallView, type Stage } from "../calls.ts";
import { chat } from "../messages.ts";
import { ApprovalCard } from "./approval-card.tsx";
import { CallDetails } from "./call-details.tsx";
import { CallResultView } from "./call-result.tsx";
import { DoubtCard } from "./doubt-card.tsx";
import { useFold } from "./fold.ts";
import { FormCard } from "./form-card.tsx";
import { Method } from "./method.tsx";
import { connectionWords, stageWord, useCardWords } from "./words.ts";

const TONES: Partial<Record<Stage, Tone>> = {
  form: "info",
  approval: "warning",
  in_doubt: "warning",
  done: "good",
  failed: "danger",
  invalid: "danger",
};

/** One call of a function, from its first argument to its result. */
export const CallCard = memo(function CallCard({ call }: { call: CallView }) {
  const t = useCardWords();
  const { isOpen, buttonProps, bodyProps } = useFold(false);
  const count = Object.keys(call.arguments).length;
  return (
    <article aria-label={call.title} className="overflow-hidden rounded-lg border border-line bg-surface">
      <header className="flex flex-col gap-1 px-3.5 py-2.5">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <StageIcon stage={call.stage} />
          <h3 className="min-w-0 flex-1 basis-40 font-medium">{call.title || call.function}</h3>
          <Status call={call} />
          <Badge tone={TONES[call.stage] ?? "neutral"}>{stageWord(t, call.stage)}</Badge>
        </div>
        <div className="flex flex-wrap items-baseline gap-x-2.5 gap-y-0.5 pl-6.5 text-xs text-muted">
          <Method method={call.method} path={call.path} />
          {call.connection === null ? null : <span>{connectionWords(t, call.connection)}</span>}
        </div>
        <button
          type="button"
          {...buttonProps}
          className="ml-5 flex items-center gap-1 self-start rounded-md px-1.5 py-0.5 text-xs text-muted hover:bg-hover hover:text-ink pointer-coarse:min-h-9"
        >
          <ChevronRight aria-hidden className={cx("size-3.5", isOpen && "rotate-90")} />
          {count === 0 ? t.details : t.argumentsOf(count)}
          {call.attempts.length === 0 ? null : <> · {t.attempts(call.attempts.length)}</>}
        </button>
      </header>
      {isOpen ? (
        <div {...bodyProps} className="border-t border-line px-3.5 py-3">
          <CallDetails call={call} />
        </div>
      ) : null}
      {call.form === undefined ? null : <FormCard key={call.answers.length} form={call.form} title={call.title} />}
      {call.approval === undefined ? null : <ApprovalCard key={call.answers.length} approval={call.approval} />}
      {call.doubt === undefined ? null : <DoubtCard doubt={call.doubt} title={call.title} />}
      {call.result === undefined ? null : <CallResultView call={call} result={call.result} />}
    </article>
  );
});

/** What the API answered with, and how long it took. */
function Status({ call }: { call: CallView }) {
  const w = useMessages(chat);
  const format = useFormat();
  const { seconds } = call.result ?? {};
  // An application answers without one; what stands there is only in place of it.
  const status = call.connection?.server_url === "" ? undefined : call.result?.status;
  if (status === undefined && seconds === undefined) return null;
  return (
    <span className="text-xs text-muted tabular-nums">
      {[status ?? "", seconds === undefined ? "" : w.seconds(format.number(Math.round(seconds * 100) / 100))]
        .filter((part) => part !== "")
        .join(" · ")}
    </span>
  );
}

function StageIcon({ stage }: { stage: Stage }): ReactNode {
  const look = "size-4 shrink-0";
  if (isWaiting({ stage }))
    return <Hand aria-hidden className={cx(look, stage === "form" ? "text-info" : "text-warning")} />;
  if (isCallOpen({ stage })) return <Spinner className="shrink-0 text-muted" />;
  if (stage === "done") return <CircleCheck aria-hidden className={cx(look, "text-accent")} />;
  if (stage === "rejected" || stage === "stopped")
    return <CircleSlash aria-hidden className={cx(look, "text-muted")} />;
  return <CircleAlert aria-hidden className={cx(look, "text-danger")} />;
}
