import type { Drift } from "@madang/sdk";
import { TriangleAlert } from "lucide-react";
import { Code } from "@madang/ui";
import { ResultView } from "../../../result-view/index.tsx";
import type { CallView, Outcome } from "../calls.ts";
import { StoredResult } from "./stored-result.tsx";
import { useCardWords } from "./words.ts";

/** What a call gave, or why it gave nothing. */
export function CallResultView({ call, result }: { call: CallView; result: Outcome }) {
  const t = useCardWords();
  const { stored } = result;
  // Of a call that was rejected the card says so already.
  const reason = call.stage === "rejected" ? undefined : result.reason;
  return (
    <div className="flex flex-col gap-3 border-t border-line px-3.5 py-3 text-sm empty:hidden">
      {reason === undefined || reason === "" ? null : (
        <p className={call.stage === "done" ? "text-muted" : ""}>{reason}</p>
      )}
      {isGiven(call) ? <p className="text-muted">{t.resultGiven}</p> : null}
      {result.is_assumed === true ? <p className="text-muted">{t.resultAssumed}</p> : null}
      {call.drift.length === 0 ? null : <DriftNote drift={call.drift} />}
      {stored === undefined ? <Value call={call} value={result.value} /> : <StoredResult stored={stored} />}
    </div>
  );
}

function Value({ call, value }: { call: CallView; value: unknown }) {
  const t = useCardWords();
  if (value === undefined || value === "") {
    return call.stage === "done" && call.result?.is_assumed !== true && !isGiven(call) ? (
      <p className="text-muted">{t.resultEmpty}</p>
    ) : null;
  }
  return <ResultView value={value} />;
}

/** Whether a person said that the call happened, and the API did not. */
function isGiven(call: CallView): boolean {
  return call.stage === "done" && call.result?.resolved_by !== undefined;
}

function DriftNote({ drift }: { drift: readonly Drift[] }) {
  const t = useCardWords();
  return (
    <div className="flex gap-2 rounded-md bg-warning-soft px-3 py-2 text-warning">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="flex min-w-0 flex-col gap-1">
        <p>{t.driftTitle}</p>
        <ul className="flex flex-col gap-0.5 text-ink">
          {drift.map((one) => (
            <li key={`${one.path} ${one.expected}`}>
              {one.path === "" ? null : <Code>{one.path}</Code>} {t.expectedGiven(one.expected, one.given)}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
