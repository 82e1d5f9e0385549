import { useMutation } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { Button, Card, Choice, Code, Field, Input } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { useBegin } from "../add/begin.ts";
import type { ImportBody } from "../add/draft.ts";
import { FileDrop } from "../add/file-drop.tsx";
import { uploadDocument } from "../add/upload.ts";
import { useConnector, type Connector } from "../queries.ts";
import { settingWords } from "./messages.ts";

type From = "source" | "url" | "file";

/** Another import of the document. It reaches what the connector may reach, and that is said. */
export function Update() {
  const t = useMessages(settingWords);
  const connector = useConnector();
  const source = connector.source_url;
  const isServer = connector.version?.dialect.split(" ")[0] === "mcp";
  const [from, setFrom] = useState<From>(source === null ? "file" : "source");
  const [url, setUrl] = useState("");
  const [file, setFile] = useState<File | undefined>(undefined);
  const [isMissing, setMissing] = useState(false);
  const begin = useBegin();
  const updating = useMutation({
    mutationFn: async () => {
      if (from !== "file") return begin(bodyOf(connector, { url: from === "source" ? source : url.trim() }));
      const document = await uploadDocument(file ?? new Blob(), () => undefined, new AbortController().signal);
      await begin(bodyOf(connector, { document, source_url: source }));
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const isThere = { source: source !== null, url: url.trim() !== "", file: file !== undefined };
    setMissing(!isThere[from]);
    if (isThere[from]) updating.mutate();
  };
  const choose = (next: From): void => {
    setMissing(false);
    setFrom(next);
  };
  return (
    <Card title={t.update} about={t.updateAbout}>
      <form onSubmit={submit} noValidate className="flex max-w-2xl flex-col gap-4">
        <div>
          <Choice
            legend={t.update}
            value={from}
            onValue={choose}
            options={[
              ...(source === null ? [] : [{ value: "source" as const, label: t.updateFromSource }]),
              ...(isServer ? [] : [{ value: "file" as const, label: t.updateFromFile }]),
              { value: "url", label: t.updateFromUrl },
            ]}
          />
        </div>
        {from === "source" && source !== null ? (
          <p className="text-sm text-muted">
            {t.updateFrom} <Code>{source}</Code>
          </p>
        ) : null}
        {from === "file" ? <FileDrop file={file} onFile={setFile} isMissing={isMissing} /> : null}
        {from === "url" ? (
          <Field label={t.updateUrl} error={isMissing ? t.urlMissing : undefined}>
            {(ids) => (
              <Input
                {...ids}
                type="url"
                value={url}
                autoComplete="off"
                onChange={(event) => setUrl(event.target.value)}
              />
            )}
          </Field>
        ) : null}
        {connector.allowed_hosts.length === 0 ? null : (
          <p className="text-sm text-muted">
            {t.allowed}: <Code>{connector.allowed_hosts.join(", ")}</Code>
          </p>
        )}
        {updating.isError ? <ProblemNotice error={updating.error} /> : null}
        <div>
          <Button look="primary" type="submit" icon={<RotateCw className="size-4" />} isBusy={updating.isPending}>
            {t.updateGo}
          </Button>
        </div>
      </form>
    </Card>
  );
}

type Place = { url: string | null } | { document: string; source_url: string | null };

function bodyOf(connector: Connector, place: Place): ImportBody {
  return {
    ...place,
    kind: "openapi", // an update is of the connector's own kind
    keeps_overlay: true,
    connector: connector.id,
    label: "default",
    allowed_hosts: connector.allowed_hosts,
    other_origins: false,
  };
}
