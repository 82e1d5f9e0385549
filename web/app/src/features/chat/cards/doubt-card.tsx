import type { CustomValues } from "@madang/sdk";
import { useRef, useState } from "react";
import { Button, Field, TextArea } from "@madang/ui";
import { ProblemNotice } from "../../../problem.tsx";
import { ArgumentsList } from "./arguments-list.tsx";
import { useAttention } from "./attention.ts";
import { useSending } from "./context.ts";
import { effectWords, useCardWords } from "./words.ts";

/** A call whose outcome nobody knows: a person says what is the case. */
export function DoubtCard({ doubt, title }: { doubt: CustomValues["in_doubt"]; title: string }) {
  const t = useCardWords();
  const { isBusy, error, send } = useSending(doubt);
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  const place = useRef<HTMLElement>(null);
  useAttention(place);
  const happened = (): void => {
    const result = parse(text);
    if (result === undefined) setWrong(true);
    else send({ type: "in_doubt", call_id: doubt.call_id, happened: result.value });
  };
  return (
    <section
      ref={place}
      tabIndex={-1}
      aria-label={t.doubtTitle(title)}
      className="flex flex-col gap-3.5 rounded-b-lg border-t border-line bg-warning-soft/50 px-3.5 py-3.5 -outline-offset-2"
    >
      <div className="flex flex-col gap-1 text-sm">
        <p className="font-medium">{t.doubtTitle(title)}</p>
        <p>{t.doubtAbout}</p>
        <p className="text-muted">{t.approvalEffect(effectWords(t, doubt.effect))}</p>
        <p className="text-muted">{t.doubtReason(doubt.reason)}</p>
      </div>
      <ArgumentsList values={doubt.arguments} provenance={{}} />
      <Field label={t.doubtResult} error={isWrong ? t.doubtResultWrong : undefined}>
        {(ids) => (
          <TextArea
            {...ids}
            value={text}
            rows={2}
            spellCheck={false}
            className="font-mono text-sm"
            onChange={(event) => {
              setText(event.target.value);
              setWrong(false);
            }}
          />
        )}
      </Field>
      {error === undefined ? null : <ProblemNotice error={error} />}
      <div className="flex flex-wrap gap-2">
        <Button isBusy={isBusy} onClick={happened}>
          {t.doubtHappened}
        </Button>
        <Button disabled={isBusy} onClick={() => send({ type: "in_doubt", call_id: doubt.call_id, again: true })}>
          {t.doubtAgain}
        </Button>
      </div>
    </section>
  );
}

/** The JSON value of a text, null where it is empty; undefined where it is not JSON. */
function parse(text: string): { value: unknown } | undefined {
  if (text.trim() === "") return { value: null };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
