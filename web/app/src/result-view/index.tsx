import { useMemo, useState } from "react";
import { Choice, JsonTree } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { FileResult } from "./file-result.tsx";
import { resultView } from "./messages.ts";
import { ResultTable } from "./result-table.tsx";
import { fileOf, tableOf } from "./tabular.ts";
import { TextResult } from "./text-result.tsx";

export interface ResultViewProps {
  value: unknown;
  /** The accessible name of what is shown. */
  label?: string;
}

/**
 * Any JSON value as what it is: text, a file to download, a tree, and where it holds rows a table. Only what is open and
 * in view is drawn. Nothing in it is rendered as HTML or loaded.
 */
export function ResultView({ value, label }: ResultViewProps) {
  const t = useMessages(resultView);
  const name = label ?? t.label;
  const file = fileOf(value);
  if (value === undefined || value === null || value === "") {
    return <p className="text-sm text-muted">{value === "" ? t.emptyText : t.nothing}</p>;
  }
  if (file !== undefined) return <FileResult file={file} />;
  if (typeof value === "string") return <TextResult text={value} label={name} />;
  if (typeof value !== "object") return <TextResult text={JSON.stringify(value)} label={name} />;
  return <Structure value={value} label={name} />;
}

function Structure({ value, label }: { value: object; label: string }) {
  const t = useMessages(resultView);
  const table = useMemo(() => tableOf(value), [value]);
  const [chosen, setView] = useState<"table" | "tree" | undefined>(undefined);
  if (table === undefined) return <JsonTree value={value} label={label} />;
  const view = chosen ?? (table.isMain ? "table" : "tree");
  const count = table.rows.length;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Choice
          legend={t.view}
          value={view}
          onValue={setView}
          options={[
            { value: "table", label: t.table },
            { value: "tree", label: t.tree },
          ]}
        />
        <span className="text-sm text-muted">
          {table.member === undefined ? t.rows(count) : t.rowsOf(count, table.member)}
        </span>
      </div>
      {view === "table" ? <ResultTable table={table} label={label} /> : <JsonTree value={value} label={label} />}
    </div>
  );
}
