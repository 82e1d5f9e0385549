import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState, type SubmitEvent } from "react";
import { Button, Dialog, Skeleton, useLabels, useToast } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { ProblemNotice } from "../../problem.tsx";
import { PROVIDERS, changeModel, createModel, listProviders, type Model } from "./api.ts";
import { ModelFields, bodyOf, changesOf, fieldsOf, isShown, type Fields } from "./fields.tsx";
import { modelWords } from "./messages.ts";

/** Add a model, or change one. The key is gone with the dialog. */
export function ModelDialog({ model, onClose }: { model?: Model; onClose: () => void }) {
  const t = useMessages(modelWords);
  const labels = useLabels();
  const toast = useToast();
  const form = useId();
  const [fields, setFields] = useState<Fields>(() => fieldsOf(model));
  const [isChecked, setChecked] = useState(false);
  const providers = useQuery({ queryKey: PROVIDERS, queryFn: ({ signal }) => listProviders(signal) });
  const provider = providers.data?.find((one) => one.id === fields.provider);
  const isMissingUrl = provider?.base_url === null && fields.url.trim() === "";
  const saving = useMutation({
    mutationFn: () => (model === undefined ? createModel(bodyOf(fields)) : changeModel(model.id, changesOf(fields))),
    onSuccess: ({ name }) => {
      toast({ text: model === undefined ? t.added(name) : t.changed(name) });
      onClose();
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (fields.model.trim() !== "" && !isMissingUrl) saving.mutate();
  };
  return (
    <Dialog
      title={model === undefined ? t.add : t.changeNamed(model.name)}
      about={model === undefined ? t.addAbout : t.changeAbout}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{labels.cancel}</Button>
          <Button look="primary" type="submit" form={form} isBusy={saving.isPending}>
            {model === undefined ? t.add : t.save}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
        {providers.isPending ? <Skeleton lines={5} /> : null}
        {providers.isError ? <ProblemNotice error={providers.error} onRetry={() => void providers.refetch()} /> : null}
        {providers.data === undefined ? null : (
          <ModelFields
            fields={fields}
            onFields={setFields}
            providers={providers.data}
            model={model}
            error={saving.error}
            isChecked={isChecked}
          />
        )}
        {saving.isError && !isShown(saving.error) ? <ProblemNotice error={saving.error} /> : null}
      </form>
    </Dialog>
  );
}
