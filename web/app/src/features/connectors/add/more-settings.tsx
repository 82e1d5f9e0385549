import type { FieldProblem } from "@madang/sdk";
import { Disclosure, Field, Input, TextArea } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import type { Draft } from "./draft.ts";
import { adding } from "./messages.ts";

export interface MoreSettingsProps {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  errors: readonly FieldProblem[];
  /** The name that was wanted and is taken. */
  taken: string | undefined;
}

/** What most imports do without. */
export function MoreSettings({ draft, onChange, errors, taken }: MoreSettingsProps) {
  const t = useMessages(adding);
  const said = (pointer: string): string | undefined =>
    errors.find((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`))?.message;
  const isWrong = taken !== undefined || ["/name", "/server", "/source_url", "/allowed_hosts"].some(said);
  const hasAny = draft.name + draft.server + draft.sourceUrl + draft.hosts !== "" || draft.otherOrigins;
  const text = (name: "name" | "server" | "sourceUrl", label: string, help: string, error: string | undefined) => (
    <Field label={label} help={help} error={error}>
      {(ids) => (
        <Input
          {...ids}
          value={draft[name]}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Disclosure key={String(isWrong)} title={t.more} isOpenAtFirst={hasAny || isWrong}>
      {text("name", t.name, t.nameHelp, taken === undefined ? said("/name") : t.nameTaken(taken))}
      {draft.kind === "mcp" ? null : text("server", t.server, t.serverHelp, said("/server"))}
      {draft.kind === "url" || draft.kind === "mcp"
        ? null
        : text("sourceUrl", t.sourceUrl, t.sourceUrlHelp, said("/source_url"))}
      <Field label={t.hosts} help={t.hostsHelp} error={said("/allowed_hosts")}>
        {(ids) => (
          <TextArea
            {...ids}
            rows={2}
            value={draft.hosts}
            placeholder={t.hostsPlaceholder}
            spellCheck={false}
            onChange={(event) => onChange({ hosts: event.target.value })}
            className="font-mono text-sm"
          />
        )}
      </Field>
      {draft.kind === "mcp" ? null : (
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={draft.otherOrigins}
            onChange={(event) => onChange({ otherOrigins: event.target.checked })}
            className="size-4 accent-accent"
          />
          {t.otherOrigins}
        </label>
      )}
    </Disclosure>
  );
}
