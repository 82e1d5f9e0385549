import { ApiError } from "@madang/sdk";
import { useMutation } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useRef, useState, type SubmitEvent } from "react";
import { Button, Card, Choice, Field, Input, Progress, TextArea } from "@madang/ui";
import { Page } from "../../../frame/page.tsx";
import { useFormat } from "../../../i18n/format.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { useBegin } from "./begin.ts";
import { EMPTY, bodyOf, missingOf, recall, type Draft } from "./draft.ts";
import { FileDrop } from "./file-drop.tsx";
import { adding } from "./messages.ts";
import { MoreSettings } from "./more-settings.tsx";
import { uploadDocument, type Sent } from "./upload.ts";

/** Where a connector is added: by address, by file, by pasting its document, or by the address of an MCP server. */
export function AddPage() {
  const t = useMessages(adding);
  const { again } = useSearch({ from: "/connectors/-/new" });
  const [draft, setDraft] = useState<Draft>(() => (again === undefined ? undefined : recall(again)?.draft) ?? EMPTY);
  const [isMissing, setMissing] = useState(false);
  const change = (changes: Partial<Draft>): void => {
    setMissing(false);
    setDraft({ ...draft, ...changes });
  };
  const { sent, creation, cancel } = useCreation(draft);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (missingOf(draft) === undefined) creation.mutate();
    else setMissing(true);
  };
  const errors = creation.error instanceof ApiError ? creation.error.errors : [];
  const taken = creation.error instanceof ApiError && creation.error.status === 409 ? draft.name.trim() : undefined;
  return (
    <Page title={t.title} about={t.about}>
      <Card>
        <form onSubmit={submit} noValidate className="flex max-w-2xl flex-col gap-5">
          <div>
            <Choice
              legend={t.source}
              value={draft.kind}
              onValue={(kind) => change({ kind })}
              options={[
                { value: "url", label: t.byUrl },
                { value: "file", label: t.byFile },
                { value: "text", label: t.byText },
                { value: "mcp", label: t.byMcp },
              ]}
            />
          </div>
          <Source draft={draft} onChange={change} isMissing={isMissing} />
          <MoreSettings draft={draft} onChange={change} errors={errors} taken={taken} />
          {taken === undefined ? null : (
            <p className="text-sm">
              <Link
                to="/connectors/$connector/settings"
                params={{ connector: taken }}
                className="font-medium text-accent underline underline-offset-4"
              >
                {t.nameTakenLink(taken)}
              </Link>
            </p>
          )}
          {creation.isError && taken === undefined ? <ProblemNotice error={creation.error} /> : null}
          {sent === undefined ? null : <Sending sent={sent} onCancel={cancel} />}
          <div>
            <Button look="primary" type="submit" isBusy={creation.isPending}>
              {t.submit}
            </Button>
          </div>
        </form>
      </Card>
    </Page>
  );
}

function useCreation(draft: Draft) {
  const begin = useBegin();
  const [sent, setSent] = useState<Sent | undefined>(undefined);
  const upload = useRef<AbortController>(undefined);
  const creation = useMutation({
    mutationFn: async () => {
      const content = draft.kind === "file" ? draft.file : draft.kind === "text" ? new Blob([draft.text]) : undefined;
      upload.current = new AbortController();
      const document = content && (await uploadDocument(content, setSent, upload.current.signal));
      await begin(bodyOf(draft, document), draft);
    },
    onSettled: () => setSent(undefined),
  });
  const cancel = (): void => {
    upload.current?.abort();
    creation.reset();
  };
  return { sent, creation, cancel };
}

interface SourceProps {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  isMissing: boolean;
}

function Source({ draft, onChange, isMissing }: SourceProps) {
  const t = useMessages(adding);
  if (draft.kind === "file") {
    return <FileDrop file={draft.file} onFile={(file) => onChange({ file })} isMissing={isMissing} />;
  }
  if (draft.kind === "text") {
    return (
      <Field label={t.text} help={t.textHelp} error={isMissing ? t.textMissing : undefined}>
        {(ids) => (
          <TextArea
            {...ids}
            rows={10}
            value={draft.text}
            spellCheck={false}
            onChange={(event) => onChange({ text: event.target.value })}
            className="font-mono text-sm"
          />
        )}
      </Field>
    );
  }
  const isMcp = draft.kind === "mcp";
  return (
    <Field
      key={draft.kind}
      label={isMcp ? t.mcp : t.url}
      help={isMcp ? t.mcpHelp : t.urlHelp}
      error={isMissing ? (isMcp ? t.mcpMissing : t.urlMissing) : undefined}
    >
      {(ids) => (
        <Input
          {...ids}
          type="url"
          value={isMcp ? draft.endpoint : draft.url}
          placeholder={isMcp ? "https://mcp.example.com/mcp" : "https://api.example.com/openapi.json"}
          autoComplete="off"
          onChange={(event) => onChange({ [isMcp ? "endpoint" : "url"]: event.target.value })}
        />
      )}
    </Field>
  );
}

function Sending({ sent, onCancel }: { sent: Sent; onCancel: () => void }) {
  const t = useMessages(adding);
  const format = useFormat();
  return (
    <div className="flex flex-col gap-2">
      <Progress label={t.uploading} done={sent.done} total={sent.total} />
      <div className="flex items-center justify-between gap-3 text-sm text-muted">
        {t.uploaded(format.bytes(sent.done), format.bytes(sent.total))}
        <Button size="sm" onClick={onCancel}>
          {t.cancelUpload}
        </Button>
      </div>
    </div>
  );
}
