import { useMutation } from "@tanstack/react-query";
import { ConfirmDialog, useToast } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { ProblemNotice } from "../../problem.tsx";
import { removeModel, type Model } from "./api.ts";
import { modelWords } from "./messages.ts";

export function RemoveDialog({ model, onClose }: { model: Model; onClose: () => void }) {
  const t = useMessages(modelWords);
  const toast = useToast();
  const removal = useMutation({
    mutationFn: () => removeModel(model.id),
    onSuccess: () => toast({ text: t.removed(model.name) }),
  });
  return (
    <ConfirmDialog
      title={t.removeTitle(model.name)}
      action={t.remove}
      isOpen
      onClose={onClose}
      onConfirm={() => removal.mutateAsync()}
      error={removal.isError ? <ProblemNotice error={removal.error} /> : null}
    >
      <p>{t.removeAbout}</p>
    </ConfirmDialog>
  );
}
