import { memo } from "react";
import { ErrorNotice, Spinner } from "@madang/ui";
import { useFormat } from "../../i18n/format.ts";
import { useMessages } from "../../i18n/tables.ts";
import { isWaiting } from "./calls.ts";
import { CallCard } from "./cards/call-card.tsx";
import { FoundLine } from "./cards/found-line.tsx";
import { Markdown } from "./markdown.tsx";
import { chat } from "./messages.ts";
import type { Part, TextPart, TurnView } from "./state.ts";
import { usageOf } from "./usage.ts";
import { UserMessage } from "./user-message.tsx";

/** A message and all that came of it. */
export const Turn = memo(function Turn({ turn }: { turn: TurnView }) {
  const t = useMessages(chat);
  return (
    <li className="flex flex-col gap-4">
      <UserMessage text={turn.text} note={turn.state === "queued" ? t.queued : undefined} />
      {turn.state === "queued" ? null : (
        <div className="flex min-w-0 flex-col gap-3">
          <h2 className="sr-only">{t.assistant}</h2>
          {turn.parts.map((part) => (
            <PartView key={part.id} part={part} />
          ))}
          <TurnEnd turn={turn} />
        </div>
      )}
    </li>
  );
});

function PartView({ part }: { part: Part }) {
  switch (part.kind) {
    case "text":
      return part.state === "cut" ? <CutText part={part} /> : <Markdown text={part.text} />;
    case "found":
      return <FoundLine found={part.found} />;
    case "call":
      return <CallCard call={part.call} />;
  }
}

function CutText({ part }: { part: TextPart }) {
  const t = useMessages(chat);
  return (
    <details className="text-sm text-muted">
      <summary className="rounded-md">{t.cut}</summary>
      <div className="mt-2 border-l-2 border-line pl-3">
        <Markdown text={part.text} />
      </div>
    </details>
  );
}

function TurnEnd({ turn }: { turn: TurnView }) {
  const t = useMessages(chat);
  if (turn.state === "running") return <Progress turn={turn} />;
  if (turn.state === "failed") return <ErrorNotice title={t.failed} detail={turn.error?.message ?? ""} />;
  return (
    <>
      {turn.state === "aborted" ? <p className="text-sm text-muted">{t.stopped}</p> : null}
      <UsageLine turn={turn} />
    </>
  );
}

function Progress({ turn }: { turn: TurnView }) {
  const t = useMessages(chat);
  const last = turn.parts.at(-1);
  if (last?.kind === "text" && last.state === "streaming") return null;
  if (turn.parts.some((part) => part.kind === "call" && isWaiting(part.call))) return null;
  return (
    <p className="flex items-center gap-2 text-sm text-muted">
      <Spinner />
      {t.working}
    </p>
  );
}

/** What a turn took: the model and its tokens, the price, the time. */
function UsageLine({ turn }: { turn: TurnView }) {
  const t = useMessages(chat);
  const format = useFormat();
  const usage = usageOf(turn);
  const words = [
    ...usage.models,
    usage.inputTokens + usage.outputTokens === 0
      ? ""
      : t.usageTokens(format.number(usage.inputTokens), format.number(usage.outputTokens)),
    ...usage.prices,
    turn.seconds === undefined ? "" : t.seconds(format.number(Math.round(turn.seconds * 10) / 10)),
  ].filter((word) => word !== "");
  return words.length === 0 ? null : <p className="text-xs text-muted tabular-nums">{words.join(" · ")}</p>;
}
