import { ApiError, take } from "@madang/sdk";
import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Button, Card, Field, Input, TextArea, useToast } from "@madang/ui";
import { madang, queries } from "../../../api.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { hostsOf } from "../add/hosts.ts";
import { CONNECTORS, ifMatch, useConnector } from "../queries.ts";
import { settingWords } from "./messages.ts";

/** What a person may say of a connector otherwise than its document does. */
export function Details() {
  const { revision } = useConnector();
  return <DetailsForm key={revision} />;
}

function DetailsForm() {
  const t = useMessages(settingWords);
  const connector = useConnector();
  const toast = useToast();
  const [title, setTitle] = useState(connector.title);
  const [description, setDescription] = useState(connector.description);
  const [hosts, setHosts] = useState(connector.allowed_hosts.join("\n"));
  const saving = useMutation({
    mutationFn: () => {
      const body = { title, description, allowed_hosts: hostsOf(hosts) };
      const params = { path: { connector: connector.id }, header: ifMatch(connector) };
      return take(madang.PATCH("/api/connectors/{connector}", { body, params }));
    },
    onSuccess: async () => {
      toast({ text: t.saved });
      await queries.invalidateQueries({ queryKey: CONNECTORS });
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    saving.mutate();
  };
  const wrongHost =
    saving.error instanceof ApiError
      ? saving.error.errors.find((error) => error.pointer.startsWith("/allowed_hosts"))?.message
      : undefined;
  return (
    <Card title={t.details} about={t.nameFixed}>
      <form onSubmit={submit} noValidate className="flex max-w-2xl flex-col gap-4">
        <Field label={t.title}>
          {(ids) => <Input {...ids} value={title} maxLength={200} onChange={(event) => setTitle(event.target.value)} />}
        </Field>
        <Field label={t.description}>
          {(ids) => (
            <TextArea
              {...ids}
              rows={4}
              value={description}
              maxLength={20_000}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
        <Field label={t.hosts} help={t.hostsHelp} error={wrongHost}>
          {(ids) => (
            <TextArea
              {...ids}
              rows={2}
              value={hosts}
              spellCheck={false}
              onChange={(event) => setHosts(event.target.value)}
              className="font-mono text-sm"
            />
          )}
        </Field>
        {saving.isError && wrongHost === undefined ? <ProblemNotice error={saving.error} /> : null}
        <div>
          <Button look="primary" type="submit" isBusy={saving.isPending}>
            {t.save}
          </Button>
        </div>
      </form>
    </Card>
  );
}
