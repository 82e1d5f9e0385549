import { take } from "@madang/sdk";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState, type SubmitEvent } from "react";
import { Button, Card, Dialog, Field, Input, useLabels, useToast } from "@madang/ui";
import { madang, queries } from "../../../api.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { CONNECTIONS, CONNECTORS, useConnector } from "../queries.ts";
import { settingWords } from "./messages.ts";

export function Removal() {
  const t = useMessages(settingWords);
  const [isAsking, setAsking] = useState(false);
  return (
    <Card title={t.remove} about={t.removeAbout}>
      <Button onClick={() => setAsking(true)}>{t.remove}</Button>
      {isAsking ? <RemovalDialog onClose={() => setAsking(false)} /> : null}
    </Card>
  );
}

/** Nothing brings a connector back, so its name has to be typed. */
function RemovalDialog({ onClose }: { onClose: () => void }) {
  const t = useMessages(settingWords);
  const labels = useLabels();
  const toast = useToast();
  const form = useId();
  const navigate = useNavigate();
  const { id, name } = useConnector();
  const [typed, setTyped] = useState("");
  const [isWrong, setWrong] = useState(false);
  const removal = useMutation({
    mutationFn: () => take(madang.DELETE("/api/connectors/{connector}", { params: { path: { connector: id } } })),
    onSuccess: async () => {
      toast({ text: t.removed(name) });
      await navigate({ to: "/connectors" });
      queries.removeQueries({ queryKey: [...CONNECTORS, "one", name] });
      await queries.invalidateQueries({ queryKey: CONNECTORS });
      await queries.invalidateQueries({ queryKey: CONNECTIONS });
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setWrong(typed.trim() !== name);
    if (typed.trim() === name) removal.mutate();
  };
  return (
    <Dialog
      title={t.removeTitle(name)}
      about={t.removeAbout}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{labels.cancel}</Button>
          <Button look="danger" type="submit" form={form} isBusy={removal.isPending}>
            {t.remove}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t.removeConfirm(name)} error={isWrong ? t.removeWrong : undefined}>
          {(ids) => (
            <Input
              {...ids}
              value={typed}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => {
                setTyped(event.target.value);
                setWrong(false);
              }}
            />
          )}
        </Field>
        {removal.isError ? <ProblemNotice error={removal.error} /> : null}
      </form>
    </Dialog>
  );
}
