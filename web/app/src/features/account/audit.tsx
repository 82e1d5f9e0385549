import { take, type Schemas } from "@madang/sdk";
import { Braces } from "lucide-react";
import { useState } from "react";
import { Card, Code, Dialog, EmptyState, IconButton, JsonTree, type Column } from "@madang/ui";
import { madang } from "../../api.ts";
import { useFormat } from "../../i18n/format.ts";
import { useMessages } from "../../i18n/tables.ts";
import { Listing } from "../../listing.tsx";
import { usePages } from "../../pages.ts";
import { account } from "./messages.ts";
import { useSession } from "./session.ts";

type Entry = Schemas["AuditEntryView"];

export function AuditSettings() {
  const t = useMessages(account);
  const [shown, setShown] = useState<Entry | undefined>(undefined);
  const list = usePages(["audit"], (cursor, signal) =>
    take(madang.GET("/api/audit-entries", { params: { query: { cursor } }, signal })),
  );
  const columns = useColumns(setShown);
  return (
    <Card title={t.auditLabel} about={t.auditAbout} isFlush>
      <Listing
        label={t.auditLabel}
        list={list}
        columns={columns}
        rowKey={(entry) => entry.id}
        empty={<EmptyState title={t.auditEmpty} />}
      />
      {shown === undefined ? null : (
        <Dialog title={shown.action} about={shown.target} isOpen isWide onClose={() => setShown(undefined)}>
          <JsonTree value={shown.detail} label={t.auditDetail} />
        </Dialog>
      )}
    </Card>
  );
}

function useColumns(onShow: (entry: Entry) => void): readonly Column<Entry>[] {
  const t = useMessages(account);
  const format = useFormat();
  const { user } = useSession();
  return [
    {
      id: "what",
      header: t.auditWhat,
      width: "minmax(0,1.4fr)",
      cell: (entry) => <Code>{entry.action}</Code>,
    },
    {
      id: "target",
      header: t.auditTarget,
      width: "minmax(0,1.2fr)",
      isWideOnly: true,
      cell: (entry) => (
        <span className="block truncate font-mono text-xs text-muted" title={entry.target}>
          {entry.target}
        </span>
      ),
    },
    {
      id: "user",
      header: t.auditUser,
      width: "5rem",
      isWideOnly: true,
      cell: (entry) => (
        <span className="block truncate text-muted" title={entry.user}>
          {entry.user === user.id ? t.auditYou : entry.user}
        </span>
      ),
    },
    {
      id: "when",
      header: t.auditWhen,
      width: "minmax(0,1fr)",
      cell: (entry) => (
        <time dateTime={entry.created_at} title={format.dateTime(entry.created_at)} className="text-muted">
          {format.relative(entry.created_at)}
        </time>
      ),
    },
    {
      id: "detail",
      header: t.auditDetail,
      isHeaderHidden: true,
      width: "2rem",
      cell: (entry) =>
        Object.keys(entry.detail).length === 0 ? null : (
          <IconButton label={t.auditShow} icon={<Braces className="size-4" />} onClick={() => onShow(entry)} />
        ),
    },
  ];
}
