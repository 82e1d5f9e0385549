import { Eye, Play } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type SubmitEvent } from "react";
import { Button, Card, EmptyState, Field, Select, Skeleton } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { SchemaForm, emptyValue, stillWrong } from "../../../schema-form/index.tsx";
import { ButtonLink } from "../button-link.tsx";
import { useConnections, type Connection } from "../queries.ts";
import { ApprovalDialog } from "./approval-dialog.tsx";
import { CallOutcome } from "./call-outcome.tsx";
import { useCalling } from "./calling.ts";
import { DryRun } from "./dry-run.tsx";
import { functionWords } from "./messages.ts";
import type { ApiFunction } from "./page.tsx";

/** Call the function here and now. */
export function TryOne({ found }: { found: ApiFunction }) {
  const t = useMessages(functionWords);
  const connections = useConnections(found.connector);
  if (connections.error !== null) return <ProblemNotice error={connections.error} onRetry={connections.retry} />;
  if (connections.isPending) return <Skeleton lines={4} />;
  if (connections.rows.length > 0) return <TryWith found={found} connections={connections.rows} />;
  return (
    <Card>
      <EmptyState
        title={t.connectionNone}
        action={
          <ButtonLink
            to="/connectors/$connector/connections/new"
            params={{ connector: found.connector }}
            look="primary"
          >
            {t.connectionMake}
          </ButtonLink>
        }
      />
    </Card>
  );
}

function TryWith({ found, connections }: { found: ApiFunction; connections: readonly Connection[] }) {
  const t = useMessages(functionWords);
  const schema = found.arguments;
  const [value, setValue] = useState(() => emptyValue(schema));
  const [chosen, setChosen] = useState(connections[0]?.id ?? "");
  const [asked, setAsked] = useState(value);
  const calling = useCalling();
  const form = useRef<HTMLFormElement>(null);
  useFocusOnWrong(form, calling.wrong);
  const body = { function: found.id, arguments: value, connection: chosen, approved: false };
  const ask = (dry_run: boolean): void => {
    setAsked(value);
    calling.ask({ ...body, dry_run });
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    ask(false);
  };
  const show = (): void => {
    if (form.current?.reportValidity() === true) ask(true);
  };
  const { call, error } = calling;
  const wrong = stillWrong(calling.wrong, asked, value);
  return (
    <div className="flex flex-col gap-4">
      <Card>
        <form ref={form} onSubmit={submit} className="flex max-w-3xl flex-col gap-5">
          <ConnectionChoice connections={connections} chosen={chosen} onChosen={setChosen} />
          <SchemaForm schema={schema} value={value} onChange={setValue} errors={wrong} />
          {wrong.length > 0 ? (
            <p role="alert" className="text-sm font-medium text-danger">
              {t.wrongArguments(wrong.length)}
            </p>
          ) : error === null || calling.wrong.length > 0 ? null : (
            <ProblemNotice error={error} onRetry={calling.retry} />
          )}
          <div className="flex flex-wrap gap-2">
            <Button look="primary" type="submit" icon={<Play className="size-4" />} isBusy={calling.isPending}>
              {t.call}
            </Button>
            <Button icon={<Eye className="size-4" />} disabled={calling.isPending} onClick={show}>
              {t.show}
            </Button>
          </div>
        </form>
      </Card>
      {call?.state === "dry_run" ? <DryRun call={call} /> : null}
      {call?.state === "approval" ? <ApprovalDialog found={found} call={call} calling={calling} /> : null}
      {call === undefined || call.id === null ? null : <CallOutcome call={call} calling={calling} />}
    </div>
  );
}

interface ConnectionChoiceProps {
  connections: readonly Connection[];
  chosen: string;
  onChosen: (id: string) => void;
}

function ConnectionChoice({ connections, chosen, onChosen }: ConnectionChoiceProps) {
  const t = useMessages(functionWords);
  const options = useMemo(
    () => connections.map((one) => ({ value: one.id, label: `${one.label}: ${one.server_url}` })),
    [connections],
  );
  return (
    <Field label={t.connection}>
      {(ids) => <Select {...ids} value={chosen} onValue={onChosen} options={options} />}
    </Field>
  );
}

/** Bring the reader to the first wrong field. */
function useFocusOnWrong(form: React.RefObject<HTMLFormElement | null>, wrong: readonly unknown[]): void {
  useEffect(() => {
    if (wrong.length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [form, wrong]);
}
