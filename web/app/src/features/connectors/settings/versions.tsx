import { take, type Schemas } from "@madang/sdk";
import { Download } from "lucide-react";
import { Badge, Card, EmptyState, buttonClass, type Column } from "@madang/ui";
import { madang } from "../../../api.ts";
import { useFormat } from "../../../i18n/format.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { Listing } from "../../../listing.tsx";
import { usePages } from "../../../pages.ts";
import { useConnector } from "../queries.ts";
import { settingWords } from "./messages.ts";

type Version = Schemas["VersionView"];

/** All versions of a connector, newest first. */
export function Versions() {
  const t = useMessages(settingWords);
  const { id, name, current_version: current } = useConnector();
  const list = usePages(["versions", id, current], (cursor, signal) => {
    const params = { path: { connector: id }, query: { cursor } };
    return take(madang.GET("/api/connectors/{connector}/versions", { params, signal }));
  });
  const download =
    current === null ? null : (
      <a href={`/api/connectors/${id}/document`} download={name} className={buttonClass("secondary", "md")}>
        <Download aria-hidden className="size-4" />
        {t.download}
      </a>
    );
  return (
    <Card title={t.versions} about={t.versionsAbout} actions={download} isFlush>
      <Listing
        label={t.versions}
        list={list}
        columns={useColumns(current)}
        rowKey={(version) => String(version.number)}
        empty={<EmptyState title={t.versionsEmpty} />}
      />
    </Card>
  );
}

function useColumns(current: number | null): readonly Column<Version>[] {
  const t = useMessages(settingWords);
  const format = useFormat();
  return [
    {
      id: "number",
      header: t.number,
      width: "6rem",
      cell: (version) => (
        <span className="flex items-center gap-2">
          {format.number(version.number)}
          {version.number === current ? <Badge tone="good">{t.current}</Badge> : null}
        </span>
      ),
    },
    {
      id: "document",
      header: t.document,
      width: "minmax(0,1.4fr)",
      cell: (version) => (
        <span className="block truncate" title={version.document_hash}>
          {version.document_version} <span className="text-muted">{version.dialect}</span>
        </span>
      ),
    },
    {
      id: "functions",
      header: t.functions,
      width: "6rem",
      isWideOnly: true,
      cell: (version) => <span className="text-muted">{format.number(version.imported)}</span>,
    },
    {
      id: "size",
      header: t.size,
      width: "6rem",
      isWideOnly: true,
      cell: (version) => <span className="text-muted">{format.bytes(version.document_bytes)}</span>,
    },
    {
      id: "imported",
      header: t.imported,
      width: "minmax(0,1fr)",
      cell: (version) => (
        <time dateTime={version.created_at} title={format.dateTime(version.created_at)} className="text-muted">
          {format.relative(version.created_at)}
        </time>
      ),
    },
  ];
}
