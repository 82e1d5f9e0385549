import { ApiError, type ArgumentProblem, type CustomValues } from "@madang/sdk";
import { useRef, useState, type SubmitEvent } from "react";
import { Button } from "@madang/ui";
import { ProblemNotice } from "../../../problem.tsx";
import { SchemaForm, emptyValue, type Wrong } from "../../../schema-form/index.tsx";
import { useSending } from "./context.ts";
import { useAttention } from "./attention.ts";
import { useCardWords } from "./words.ts";

/** What only a person can give to a call. */
export function FormCard({ form, title }: { form: CustomValues["form"]; title: string }) {
  const t = useCardWords();
  const { isBusy, error, send } = useSending(form);
  const [value, setValue] = useState(() => ({ ...emptyValue(form.schema), ...form.value }));
  const place = useRef<HTMLFormElement>(null);
  useAttention(place, "input, textarea, select");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!isBusy) send({ type: "form", call_id: form.call_id, value });
  };
  const about = { human: t.formHuman, missing: t.formMissing, invalid: t.formInvalid }[form.reason];
  const refused = error instanceof ApiError ? error.errors.filter((one) => one.pointer.startsWith("/value/")) : [];
  const wrong = [...form.errors.map(asWrong), ...refused.map(withoutValue)];
  return (
    <form
      ref={place}
      onSubmit={submit}
      autoComplete="off"
      aria-label={t.formTitle(title)}
      className="flex flex-col gap-4 border-t border-line bg-info-soft/40 px-3.5 py-3.5"
    >
      <p className="text-sm text-muted">{about}</p>
      <fieldset disabled={isBusy} className="min-w-0">
        <SchemaForm schema={form.schema} value={value} onChange={setValue} errors={wrong} hasJson={false} />
      </fieldset>
      {error === undefined || refused.length > 0 ? null : <ProblemNotice error={error} />}
      <div className="flex flex-wrap gap-2">
        <Button look="primary" type="submit" isBusy={isBusy}>
          {t.formSend}
        </Button>
        <Button disabled={isBusy} onClick={() => send({ type: "form", call_id: form.call_id, cancel: true })}>
          {t.formCancel}
        </Button>
      </div>
    </form>
  );
}

function asWrong(problem: ArgumentProblem): Wrong {
  const { path, message } = problem;
  return { pointer: path === "" || path.startsWith("/") ? path : `/${path}`, message };
}

function withoutValue({ pointer, message }: Wrong): Wrong {
  return { pointer: pointer.slice("/value".length), message };
}
