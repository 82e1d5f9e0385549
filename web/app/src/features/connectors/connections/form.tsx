import { ApiError } from "@madang/sdk";
import { useMemo, useState, type SubmitEvent } from "react";
import { Button, Field, Input, Select, TextArea } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { hostsOf } from "../add/hosts.ts";
import { useConnector } from "../queries.ts";
import { connectionWords } from "./messages.ts";
import { filledUrl, serversOf, type DocumentServer } from "./servers.ts";

export interface ConnectionFields {
  label: string;
  server_url: string;
  variables: Record<string, unknown>;
  allowed_hosts: string[];
}

export interface ConnectionFormProps {
  initial: ConnectionFields;
  action: string;
  isPending: boolean;
  error: unknown;
  onSave: (fields: ConnectionFields) => void;
}

const POINTERS = ["/label", "/server_url", "/allowed_hosts"];

/** Where a connection goes and what it may reach. */
export function ConnectionForm({ initial, action, isPending, error, onSave }: ConnectionFormProps) {
  const t = useMessages(connectionWords);
  const [fields, setFields] = useState(initial);
  const [hosts, setHosts] = useState(initial.allowed_hosts.join("\n"));
  const change = (changes: Partial<ConnectionFields>): void => setFields({ ...fields, ...changes });
  const problems = error instanceof ApiError ? error.errors : [];
  const said = (pointer: string): string | undefined =>
    problems.find((problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`))?.message;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSave({
      ...fields,
      label: fields.label.trim(),
      server_url: fields.server_url.trim(),
      allowed_hosts: hostsOf(hosts),
    });
  };
  return (
    <form onSubmit={submit} noValidate className="flex max-w-2xl flex-col gap-5">
      <Field label={t.label} help={t.labelHelp} error={said("/label")}>
        {(ids) => (
          <Input
            {...ids}
            value={fields.label}
            maxLength={80}
            autoComplete="off"
            onChange={(event) => change({ label: event.target.value })}
          />
        )}
      </Field>
      <ServerChoice fields={fields} onChange={change} />
      <Field label={t.server} help={t.serverHelp} error={said("/server_url")}>
        {(ids) => (
          <Input
            {...ids}
            type="url"
            value={fields.server_url}
            placeholder="https://api.example.com/v1"
            autoComplete="off"
            onChange={(event) => change({ server_url: event.target.value })}
          />
        )}
      </Field>
      <Field label={t.hosts} help={t.hostsHelp} error={said("/allowed_hosts")}>
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
      {error !== null && !POINTERS.some(said) ? <Failure error={error} /> : null}
      <div>
        <Button look="primary" type="submit" isBusy={isPending}>
          {action}
        </Button>
      </div>
    </form>
  );
}

function Failure({ error }: { error: unknown }) {
  const t = useMessages(connectionWords);
  if (error instanceof ApiError && error.status === 412) {
    return (
      <p role="alert" className="text-sm text-danger">
        {t.changedElsewhere}
      </p>
    );
  }
  return <ProblemNotice error={error} />;
}

interface ServerChoiceProps {
  fields: ConnectionFields;
  onChange: (changes: Partial<ConnectionFields>) => void;
}

/** The servers of the document, where there is something to choose: several, or variables. */
function ServerChoice({ fields, onChange }: ServerChoiceProps) {
  const t = useMessages(connectionWords);
  const { version } = useConnector();
  const servers = useMemo(() => serversOf(version?.servers ?? []), [version]);
  const values = fields.variables as Record<string, string>;
  const [chosen, setChosen] = useState(() => servers.findIndex((one) => filledUrl(one, values) === fields.server_url));
  const server = servers[chosen];
  if (servers.length < 2 && servers.every((one) => one.variables.length === 0)) return null;
  const choose = (index: number): void => {
    setChosen(index);
    const next = servers[index];
    if (next !== undefined) onChange({ server_url: filledUrl(next, {}), variables: {} });
  };
  return (
    <>
      <Field label={t.serverOfDocument} help={server?.description || undefined}>
        {(ids) => (
          <Select
            {...ids}
            value={String(chosen)}
            onValue={(index) => choose(Number(index))}
            options={[
              { value: "-1", label: t.serverOther },
              ...servers.map((one, index) => ({ value: String(index), label: one.url })),
            ]}
          />
        )}
      </Field>
      {server === undefined ? null : <Variables server={server} values={values} onChange={onChange} />}
    </>
  );
}

interface VariablesProps {
  server: DocumentServer;
  values: Readonly<Record<string, string>>;
  onChange: (changes: Partial<ConnectionFields>) => void;
}

function Variables({ server, values, onChange }: VariablesProps) {
  const t = useMessages(connectionWords);
  const set = (name: string, value: string): void => {
    const variables = { ...values, [name]: value };
    onChange({ variables, server_url: filledUrl(server, variables) });
  };
  return server.variables.map((variable) => (
    <Field key={variable.name} label={t.variable(variable.name)} help={variable.description || undefined}>
      {(ids) =>
        variable.allowed.length > 0 ? (
          <Select
            {...ids}
            value={values[variable.name] ?? variable.usual}
            onValue={(value) => set(variable.name, value)}
            options={variable.allowed.map((value) => ({ value, label: value }))}
          />
        ) : (
          <Input
            {...ids}
            value={values[variable.name] ?? ""}
            placeholder={variable.usual}
            onChange={(event) => set(variable.name, event.target.value)}
          />
        )
      }
    </Field>
  ));
}
