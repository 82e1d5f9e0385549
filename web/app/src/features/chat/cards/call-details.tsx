import { Code, Facts } from "@madang/ui";
import type { Answer, CallView } from "../calls.ts";
import { ArgumentsList } from "./arguments-list.tsx";
import { effectWords, useCardWords } from "./words.ts";

/** Arguments, what was wrong and mended, what a person gave, and what exactly is called. */
export function CallDetails({ call }: { call: CallView }) {
  const t = useCardWords();
  const url = call.connection?.server_url ?? "";
  const server = url === "" ? [] : ([[t.server, <Code key="s">{url}</Code>]] as const);
  return (
    <div className="flex flex-col gap-3.5">
      <ArgumentsList values={call.arguments} provenance={call.provenance} />
      {call.attempts.length === 0 ? null : <Attempts attempts={call.attempts} />}
      {call.answers.length === 0 ? null : <Answers answers={call.answers} />}
      <div className="border-t border-line pt-3">
        <Facts
          facts={[
            [t.functionName, <Code key="f">{call.function}</Code>],
            ...server,
            [t.effect, effectWords(t, call.effect)],
          ]}
        />
      </div>
    </div>
  );
}

function Attempts({ attempts }: Pick<CallView, "attempts">) {
  const t = useCardWords();
  return (
    <ol className="flex flex-col gap-2 border-t border-line pt-3 text-sm">
      {attempts.map((one) => (
        <li key={one.attempt} className="flex flex-col gap-0.5">
          <span className="text-xs font-medium text-muted">{t.attempt(one.attempt)}</span>
          {one.errors.map((error) => (
            <span key={`${error.path} ${error.message}`}>
              {error.path === "" ? null : <Code>{error.path}</Code>} {error.message}
              <span className="block text-xs text-muted">{t.expectedGiven(error.expected, error.given)}</span>
            </span>
          ))}
        </li>
      ))}
    </ol>
  );
}

function Answers({ answers }: Pick<CallView, "answers">) {
  const t = useCardWords();
  return (
    <ul className="flex flex-col gap-0.5 border-t border-line pt-3 text-sm text-muted">
      {answers.map((answer, index) => (
        <li key={index}>{answerWords(t, answer)}</li>
      ))}
    </ul>
  );
}

function answerWords(t: ReturnType<typeof useCardWords>, answer: Answer): string {
  switch (answer.kind) {
    case "form":
      return answer.isCancelled ? t.answeredCancelled : t.answeredForm(answer.names.join(", "));
    case "approval":
      if (answer.decision === "reject") return t.answeredReject;
      return answer.changed.length === 0 ? t.answeredApprove : t.answeredApproveChanged(answer.changed.join(", "));
    case "in_doubt":
      return answer.decision === "happened" ? t.answeredHappened : t.answeredAgain;
  }
}
