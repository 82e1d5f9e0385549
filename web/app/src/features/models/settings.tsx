import { useLocation, useNavigate } from "@tanstack/react-router";
import { BrainCircuit, Plus } from "lucide-react";
import { useState } from "react";
import { Button, Card, EmptyState, Skeleton } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { usePages } from "../../pages.ts";
import { ProblemNotice } from "../../problem.tsx";
import { MODELS, listModels, type Model } from "./api.ts";
import { ModelDialog } from "./dialog.tsx";
import { modelWords } from "./messages.ts";
import { RemoveDialog } from "./remove.tsx";
import { ModelRow } from "./row.tsx";

/** Which models conversations may ask. */
export function ModelsSettings() {
  const t = useMessages(modelWords);
  const navigate = useNavigate();
  const isAdding = useLocation({ select: (location) => location.hash === "new" });
  const [changing, setChanging] = useState<Model | undefined>(undefined);
  const [removing, setRemoving] = useState<Model | undefined>(undefined);
  const list = usePages(MODELS, listModels);
  const add = (
    <Button
      look="primary"
      icon={<Plus className="size-4" />}
      onClick={() => void navigate({ to: ".", hash: "new", replace: true })}
    >
      {t.add}
    </Button>
  );
  return (
    <Card title={t.title} about={t.about} actions={add} isFlush>
      {list.error === null ? null : (
        <div className="p-4">
          <ProblemNotice error={list.error} onRetry={list.retry} />
        </div>
      )}
      {list.isPending ? (
        <div className="p-4">
          <Skeleton lines={3} />
        </div>
      ) : null}
      {!list.isPending && list.error === null && list.rows.length === 0 ? (
        <EmptyState icon={<BrainCircuit className="size-5" />} title={t.empty} action={add}>
          {t.emptyAbout}
        </EmptyState>
      ) : null}
      <ul aria-label={t.label} className="flex flex-col divide-y divide-line">
        {list.rows.map((model) => (
          <ModelRow key={model.id} model={model} onChange={setChanging} onRemove={setRemoving} />
        ))}
      </ul>
      {isAdding ? <ModelDialog onClose={() => void navigate({ to: ".", hash: "", replace: true })} /> : null}
      {changing === undefined ? null : (
        <ModelDialog key={changing.id} model={changing} onClose={() => setChanging(undefined)} />
      )}
      {removing === undefined ? null : (
        <RemoveDialog key={removing.id} model={removing} onClose={() => setRemoving(undefined)} />
      )}
    </Card>
  );
}
