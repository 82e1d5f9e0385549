import { useMutation } from "@tanstack/react-query";
import { Badge, Button, Spinner, useToast } from "@madang/ui";
import { useFormat } from "../../i18n/format.ts";
import { useMessages } from "../../i18n/tables.ts";
import { ProblemNotice } from "../../problem.tsx";
import { changeModel, testModel, type Model, type Verdict } from "./api.ts";
import { modelWords } from "./messages.ts";

export interface ModelRowProps {
  model: Model;
  onChange: (model: Model) => void;
  onRemove: (model: Model) => void;
}

/** One model: what it is, whether it works, and what can be done with it. */
export function ModelRow({ model, onChange, onRemove }: ModelRowProps) {
  const t = useMessages(modelWords);
  const toast = useToast();
  const testing = useMutation({ mutationFn: () => testModel(model.id) });
  const choosing = useMutation({
    mutationFn: () => changeModel(model.id, { is_default: true }),
    onSuccess: () => toast({ text: t.nowDefault(model.name) }),
  });
  return (
    <li className="flex flex-col gap-2.5 px-4 py-3.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2.5">
        <div className="flex min-w-0 flex-1 basis-64 flex-col gap-0.5">
          <span className="flex flex-wrap items-center gap-2 text-sm">
            <span className="font-medium wrap-anywhere">{model.name}</span>
            {model.is_default ? <Badge tone="good">{t.isDefault}</Badge> : null}
            <Badge>{model.has_key ? t.hasKey : t.hasNoKey}</Badge>
          </span>
          <span className="text-sm wrap-anywhere text-muted">
            {model.provider_title} · {model.model} · {model.base_url}
          </span>
        </div>
        <div className="flex flex-wrap gap-1">
          <Button
            size="sm"
            isBusy={testing.isPending}
            aria-label={t.testNamed(model.name)}
            onClick={() => testing.mutate()}
          >
            {t.test}
          </Button>
          {model.is_default ? null : (
            <Button
              size="sm"
              isBusy={choosing.isPending}
              aria-label={t.makeDefaultNamed(model.name)}
              onClick={() => choosing.mutate()}
            >
              {t.makeDefault}
            </Button>
          )}
          <Button size="sm" look="ghost" aria-label={t.changeNamed(model.name)} onClick={() => onChange(model)}>
            {t.change}
          </Button>
          <Button size="sm" look="ghost" aria-label={t.removeNamed(model.name)} onClick={() => onRemove(model)}>
            {t.remove}
          </Button>
        </div>
      </div>
      {testing.isPending ? (
        <p role="status" className="flex items-center gap-2 text-sm text-muted">
          <Spinner /> {t.testing}
        </p>
      ) : null}
      {testing.isSuccess ? <VerdictLine verdict={testing.data} /> : null}
      {testing.isError ? <ProblemNotice error={testing.error} onRetry={() => testing.mutate()} /> : null}
      {choosing.isError ? <ProblemNotice error={choosing.error} /> : null}
    </li>
  );
}

type FailureKind = "refused" | "unreachable" | "cut" | "limited" | "invalid" | "timeout" | "tools";

function VerdictLine({ verdict }: { verdict: Verdict }) {
  const t = useMessages(modelWords);
  const format = useFormat();
  const tokens = (verdict.input_tokens ?? 0) + (verdict.output_tokens ?? 0);
  const price = (verdict.price_micro ?? 0) / 1e6;
  return (
    <div role="status" className="flex flex-wrap items-baseline gap-x-2 gap-y-1 text-sm">
      <Badge tone={verdict.ok ? "good" : "danger"}>{verdict.ok ? t.works : t.fails}</Badge>
      <p className="min-w-0 flex-1 basis-64 wrap-anywhere">
        {verdict.ok ? t.didAsTold(verdict.seconds.toFixed(1)) : t[verdict.kind as FailureKind]}{" "}
        <span className="text-muted">
          {verdict.ok
            ? verdict.price_micro === null
              ? null
              : t.price(format.number(tokens), `${verdict.currency ?? ""} ${price.toFixed(6)}`)
            : verdict.verdict}
        </span>
      </p>
    </div>
  );
}
