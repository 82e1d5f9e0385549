import { take, type CustomValues, type JsonObject } from "@madang/sdk";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type KeyboardEvent } from "react";
import { Button, Code, KeyHint } from "@madang/ui";
import { madang } from "../../../api.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { SchemaForm } from "../../../schema-form/index.tsx";
import { mergePatch } from "../merge-patch.ts";
import { ArgumentsList } from "./arguments-list.tsx";
import { useAttention } from "./attention.ts";
import { useSending, useStore } from "./context.ts";
import { editableSchema, editableValues } from "./editable.ts";
import { connectionWords, effectWords, useCardWords } from "./words.ts";

/** Whether a call may go out: what it does, where to, with what; changed, approved or rejected. */
export function ApprovalCard({ approval }: { approval: CustomValues["approval"] }) {
  const t = useCardWords();
  const { isBusy, error, send } = useSending(approval);
  const [changed, setChanged] = useState<JsonObject | undefined>(undefined);
  const place = useRef<HTMLElement>(null);
  useAttention(place);
  const patch = changed === undefined ? undefined : mergePatch(editableValues(approval.arguments), changed);
  const decide = (decision: "approve" | "reject"): void => {
    if (isBusy) return;
    const change = decision === "approve" && patch !== undefined ? { arguments: patch } : {};
    send({ type: "approval", call_id: approval.call_id, decision, ...change });
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.repeat && (event.metaKey || event.ctrlKey)) decide("approve");
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys repeat what its buttons do
    <section
      ref={place}
      tabIndex={-1}
      aria-label={t.approvalTitle(approval.title)}
      onKeyDown={press}
      className="flex flex-col gap-3.5 rounded-b-lg border-t border-line bg-warning-soft/50 px-3.5 py-3.5 -outline-offset-2"
    >
      <Reasons approval={approval} />
      <div className="flex flex-col gap-2 rounded-md border border-line bg-surface px-3 py-2.5">
        <p className="text-xs text-muted">{t.approvalSends}</p>
        <p className="font-mono text-sm wrap-anywhere">
          <span className="font-semibold">{approval.request.method}</span> {approval.request.url}
        </p>
        {changed === undefined ? (
          <ArgumentsList values={approval.arguments} provenance={approval.provenance} />
        ) : (
          <ArgumentsEditor approval={approval} value={changed} onChange={setChanged} />
        )}
      </div>
      {error === undefined ? null : <ProblemNotice error={error} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button look="primary" isBusy={isBusy} onClick={() => decide("approve")}>
          {patch === undefined ? t.approve : t.approveChanged}
        </Button>
        <Button disabled={isBusy} onClick={() => decide("reject")}>
          {t.reject}
        </Button>
        <Button
          look="ghost"
          disabled={isBusy}
          onClick={() => setChanged(changed === undefined ? editableValues(approval.arguments) : undefined)}
        >
          {changed === undefined ? t.approvalChange : t.approvalKeep}
        </Button>
        <span className="ml-auto hidden md:block">
          <KeyHint keys="Mod+Enter" />
        </span>
      </div>
    </section>
  );
}

function Reasons({ approval }: { approval: CustomValues["approval"] }) {
  const t = useCardWords();
  const store = useStore();
  const nameOf = (connection: string): string => store.connectionLabel(connection) ?? connection;
  return (
    <div className="flex flex-col gap-1 text-sm">
      <p className="font-medium">{t.approvalTitle(approval.title)}</p>
      <p>{t.approvalEffect(effectWords(t, approval.effect))}</p>
      <p className="text-muted">
        {approval.connection.server_url === "" ? null : (
          <>
            {t.server}: <Code>{approval.connection.server_url}</Code> ·{" "}
          </>
        )}
        {connectionWords(t, approval.connection)}
      </p>
      {approval.pairs.map((pair) => (
        <p key={`${pair.from} ${pair.to}`}>{t.approvalPair(nameOf(pair.from), nameOf(pair.to))}</p>
      ))}
    </div>
  );
}

interface EditorProps {
  approval: CustomValues["approval"];
  value: JsonObject;
  onChange: (value: JsonObject) => void;
}

/** The form of the function where its schema is to be had, else one made of the values. */
function ArgumentsEditor({ approval, value, onChange }: EditorProps) {
  const query = useQuery({
    queryKey: ["function", approval.function],
    queryFn: ({ signal }) =>
      take(madang.GET("/api/functions/{function}", { params: { path: { function: approval.function } }, signal })),
    retry: false,
  });
  if (query.isPending) return null;
  return (
    <SchemaForm
      schema={editableSchema(query.data, approval.arguments)}
      value={value}
      onChange={onChange}
      hasJson={false}
    />
  );
}
