import { take, type Schemas } from "@madang/sdk";
import { useState } from "react";
import { Badge, Card, Choice, EmptyState, SearchField, cx, type Column, type Tone } from "@madang/ui";
import { madang } from "../../api.ts";
import { useFormat } from "../../i18n/format.ts";
import { useMessages } from "../../i18n/tables.ts";
import { Listing } from "../../listing.tsx";
import { usePages } from "../../pages.ts";
import { connectors } from "./messages.ts";
import { useConnector, useTyped } from "./queries.ts";

type Remark = Schemas["RemarkView"];
type Severity = Remark["severity"];

const TONES: Record<Severity, Tone> = { note: "neutral", loss: "warning", refused: "danger" };

/** What the import of the current version came to, and every remark it made. */
export function ReportTab() {
  const t = useMessages(connectors);
  const { id, version } = useConnector();
  const [severity, setSeverity] = useState<Severity | "all">("all");
  const [containing, setContaining] = useState("");
  const [typed, setTyped] = useTyped(containing, setContaining);
  const list = usePages(["remarks", id, version?.number, severity, containing], (cursor, signal) => {
    const query = { cursor, containing, limit: 100, ...(severity === "all" ? {} : { severity }) };
    return take(
      madang.GET("/api/connectors/{connector}/remarks", { params: { path: { connector: id }, query }, signal }),
    );
  });
  const columns = useColumns();
  if (version === null) return <EmptyState title={t.noVersion} />;
  const isFiltered = severity !== "all" || containing !== "";
  return (
    <>
      <Counts report={version} />
      <Card title={t.tabReport} about={t.reportAbout} isFlush>
        <div className="flex flex-wrap items-center gap-3 border-b border-line p-3">
          <Choice
            legend={t.reportKinds}
            value={severity}
            onValue={setSeverity}
            options={[
              { value: "all", label: t.reportAll },
              { value: "refused", label: t.reportRefusals },
              { value: "loss", label: t.reportLosses },
              { value: "note", label: t.reportNotes },
            ]}
          />
          <SearchField
            label={t.reportFind}
            placeholder={t.reportFind}
            value={typed}
            onValue={setTyped}
            className="min-w-40 flex-1 sm:max-w-xs"
          />
        </div>
        <Listing
          label={t.tabReport}
          list={list}
          columns={columns}
          rowKey={(remark) => `${remark.pointer} ${remark.code} ${remark.message}`}
          empty={
            isFiltered ? (
              <EmptyState title={t.reportNoneFound} />
            ) : (
              <EmptyState title={t.reportEmpty}>{t.reportEmptyAbout}</EmptyState>
            )
          }
        />
      </Card>
    </>
  );
}

/** The four numbers of an import. */
export function Counts({ report }: { report: Schemas["ReportView"] }) {
  const t = useMessages(connectors);
  const format = useFormat();
  const counts = [
    [t.reportFound, report.found, ""],
    [t.reportImported, report.imported, "text-accent"],
    [t.reportWithLoss, report.with_loss, report.with_loss > 0 ? "text-warning" : ""],
    [t.reportRefused, report.refused, report.refused > 0 ? "text-danger" : ""],
  ] as const;
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
      {counts.map(([name, count, colour]) => (
        <div key={name} className="flex flex-col-reverse rounded-lg border border-line bg-surface px-4 py-3">
          <dt className="text-sm text-muted">{name}</dt>
          <dd className={cx("text-xl font-semibold tabular-nums", colour)}>{format.number(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

function useColumns(): readonly Column<Remark>[] {
  const t = useMessages(connectors);
  const words = { note: t.note, loss: t.loss, refused: t.refused };
  return [
    {
      id: "kind",
      header: t.remarkKind,
      width: "4.5rem",
      cell: (remark) => <Badge tone={TONES[remark.severity]}>{words[remark.severity]}</Badge>,
    },
    {
      id: "what",
      header: t.remarkWhat,
      width: "minmax(0,1fr)",
      cell: (remark) => (
        <div className="flex min-w-0 flex-col gap-0.5 py-1">
          <span className="wrap-anywhere">{remark.message}</span>
          <span className="font-mono text-xs wrap-anywhere text-muted">
            {remark.pointer} <span className="text-faint">{remark.code}</span>
          </span>
        </div>
      ),
    },
  ];
}
