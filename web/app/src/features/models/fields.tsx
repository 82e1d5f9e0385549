import { ApiError, type Schemas } from "@madang/sdk";
import { Button, Field, Input, Select, TextArea } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import type { Model, Provider } from "./api.ts";
import { modelWords } from "./messages.ts";
import { nearPair, pairsOf } from "./places.ts";

/** What a person types of a model. */
export interface Fields {
  provider: string;
  model: string;
  name: string;
  url: string;
  key: string;
  hosts: string;
}

const POINTERS = ["/name", "/model", "/base_url", "/server_url", "/api_key", "/allowed_hosts", "/label"];

export function fieldsOf(model: Model | undefined): Fields {
  if (model === undefined) return { provider: "openai", model: "", name: "", url: "", key: "", hosts: "" };
  const hosts = model.allowed_hosts.join("\n");
  return { provider: model.provider, model: model.model, name: model.name, url: model.base_url, key: "", hosts };
}

/** The name stands for itself where none is typed: what it is. */
function nameOf(fields: Fields): string {
  const name = fields.name.trim();
  return name === "" ? `${fields.provider}:${fields.model.trim()}` : name;
}

export function bodyOf(fields: Fields): Schemas["ModelBody"] {
  return {
    name: nameOf(fields),
    provider: fields.provider,
    model: fields.model.trim(),
    base_url: fields.url.trim() === "" ? null : fields.url.trim(),
    api_key: fields.key.trim() === "" ? null : fields.key.trim(),
    allowed_hosts: pairsOf(fields.hosts),
  };
}

export function changesOf(fields: Fields): Schemas["ModelChange"] {
  return {
    name: nameOf(fields),
    model: fields.model.trim(),
    ...(fields.url.trim() === "" ? {} : { base_url: fields.url.trim() }),
    ...(fields.key.trim() === "" ? {} : { api_key: fields.key.trim() }),
    allowed_hosts: pairsOf(fields.hosts),
  };
}

/** Whether an error stands beside the field that it is about. */
export function isShown(error: unknown): boolean {
  return said(error, ...POINTERS) !== undefined;
}

function said(error: unknown, ...pointers: string[]): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.errors.find(({ pointer }) => pointers.some((one) => pointer === one || pointer.startsWith(`${one}/`)))
    ?.message;
}

export interface ModelFieldsProps {
  fields: Fields;
  onFields: (fields: Fields) => void;
  providers: readonly Provider[];
  model: Model | undefined;
  error: unknown;
  isChecked: boolean;
}

export function ModelFields({ fields, onFields, providers, model, error, isChecked }: ModelFieldsProps) {
  const t = useMessages(modelWords);
  const set = (changes: Partial<Fields>): void => onFields({ ...fields, ...changes });
  const provider = providers.find((one) => one.id === fields.provider);
  const place = provider?.base_url ?? "";
  const missing = (isMissing: boolean, text: string): string | undefined => (isChecked && isMissing ? text : undefined);
  return (
    <>
      {model === undefined ? (
        <Field label={t.provider} error={said(error, "/provider")}>
          {(ids) => (
            <Select
              {...ids}
              value={fields.provider}
              onValue={(id) => set({ provider: id })}
              options={providers.map((one) => ({ value: one.id, label: one.title }))}
            />
          )}
        </Field>
      ) : null}
      <Field
        label={t.model}
        help={t.modelHelp}
        error={missing(fields.model.trim() === "", t.modelMissing) ?? said(error, "/model")}
      >
        {(ids) => <Plain {...ids} value={fields.model} onValue={(value) => set({ model: value })} />}
      </Field>
      <Field label={t.name} help={t.nameHelp} error={said(error, "/name", "/label")}>
        {(ids) => (
          <Plain
            {...ids}
            value={fields.name}
            placeholder={nameOf({ ...fields, name: "" })}
            onValue={(value) => set({ name: value })}
          />
        )}
      </Field>
      <Field
        label={t.url}
        help={place === "" ? t.urlHelpNeeded : t.urlHelp}
        error={
          missing(place === "" && fields.url.trim() === "", t.urlMissing) ?? said(error, "/base_url", "/server_url")
        }
      >
        {(ids) => (
          <Plain {...ids} type="url" value={fields.url} placeholder={place} onValue={(value) => set({ url: value })} />
        )}
      </Field>
      <Hosts fields={fields} place={place} onHosts={(hosts) => set({ hosts })} error={said(error, "/allowed_hosts")} />
      <Field label={t.key} help={model?.has_key === true ? t.keyKept : t.keyHelp} error={said(error, "/api_key")}>
        {(ids) => (
          <Plain
            {...ids}
            type="password"
            autoComplete="new-password"
            value={fields.key}
            onValue={(value) => set({ key: value })}
          />
        )}
      </Field>
    </>
  );
}

interface PlainProps extends Omit<React.ComponentProps<"input">, "onChange" | "value"> {
  value: string;
  onValue: (value: string) => void;
}

function Plain({ onValue, ...rest }: PlainProps) {
  return <Input autoComplete="off" spellCheck={false} {...rest} onChange={(event) => onValue(event.target.value)} />;
}

interface HostsProps {
  fields: Fields;
  place: string;
  error: string | undefined;
  onHosts: (hosts: string) => void;
}

/** Which addresses of this machine or network it may reach: asked for only where it matters. */
function Hosts({ fields, place, error, onHosts }: HostsProps) {
  const t = useMessages(modelWords);
  const pair = nearPair(fields.url.trim() === "" ? place : fields.url.trim());
  const allowed = pairsOf(fields.hosts);
  if (pair === undefined && allowed.length === 0 && error === undefined) return null;
  if (pair !== undefined && !allowed.includes(pair)) {
    return (
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
        <span className="min-w-0 flex-1 basis-56">{error ?? t.allowAbout(pair)}</span>
        <Button size="sm" onClick={() => onHosts([...allowed, pair].join("\n"))}>
          {t.allow(pair)}
        </Button>
      </div>
    );
  }
  return (
    <Field label={t.hosts} help={t.hostsHelp} error={error}>
      {(ids) => (
        <TextArea
          {...ids}
          rows={2}
          value={fields.hosts}
          spellCheck={false}
          onChange={(event) => onHosts(event.target.value)}
          className="font-mono text-sm"
        />
      )}
    </Field>
  );
}
