import { Braces } from "lucide-react";
import { useMemo, useState } from "react";
import { Dialog, IconButton, JsonTree, Table, type Column } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { resultView } from "./messages.ts";
import { cellText, type Tabular } from "./tabular.ts";

interface Row {
  number: number;
  value: Readonly<Record<string, unknown>>;
}

const NARROW = 2;
/** What a row is known by, for where there is room for little. */
const TELLING = /^(name|title|login|label|subject|summary|full_name|email|status|state)$/i;

/** Rows of objects in a frame that scrolls; a row opens as a tree. */
export function ResultTable({ table, label }: { table: Tabular; label: string }) {
  const t = useMessages(resultView);
  const [shown, setShown] = useState<Row | undefined>(undefined);
  const rows = useMemo(() => table.rows.map((value, index) => ({ number: index + 1, value })), [table]);
  const narrow = useMemo(() => narrowColumns(table.columns), [table]);
  const columns = useMemo<readonly Column<Row>[]>(
    () => [
      ...table.columns.map((name) => ({
        id: name,
        header: name,
        width: "minmax(0,1fr)",
        isWideOnly: !narrow.includes(name),
        cell: (row: Row) => {
          const text = cellText(row.value[name]);
          return (
            <span title={text} className="block truncate">
              {text}
            </span>
          );
        },
      })),
      {
        id: "whole row",
        header: t.rowActions,
        isHeaderHidden: true,
        width: "2.5rem",
        cell: (row: Row) => (
          <IconButton
            label={`${t.showRow}: ${t.row(row.number)}`}
            icon={<Braces className="size-4" />}
            onClick={() => setShown(row)}
          />
        ),
      },
    ],
    [table, narrow, t],
  );
  return (
    <div
      data-scroller
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
      tabIndex={0}
      role="group"
      aria-label={label}
      className="max-h-[60vh] overflow-y-auto rounded-md border border-line"
    >
      <Table label={label} columns={columns} rows={rows} rowKey={(row) => String(row.number)} />
      {shown === undefined ? null : (
        <Dialog title={t.row(shown.number)} isOpen isWide onClose={() => setShown(undefined)}>
          <JsonTree value={shown.value} label={t.row(shown.number)} />
        </Dialog>
      )}
    </div>
  );
}

function narrowColumns(columns: readonly string[]): readonly string[] {
  const telling = columns.filter((name) => TELLING.test(name));
  return [...telling, ...columns.filter((name) => !telling.includes(name))].slice(0, NARROW);
}
