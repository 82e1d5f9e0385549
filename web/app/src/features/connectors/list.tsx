import { take } from "@madang/sdk";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Cable, Plus } from "lucide-react";
import { useCallback } from "react";
import { Card, EmptyState, SearchField, type Column } from "@madang/ui";
import { madang } from "../../api.ts";
import { Page } from "../../frame/page.tsx";
import { useFormat } from "../../i18n/format.ts";
import { useMessages } from "../../i18n/tables.ts";
import { Listing } from "../../listing.tsx";
import { usePages } from "../../pages.ts";
import { StateBadge } from "./badges.tsx";
import { ButtonLink } from "./button-link.tsx";
import { ImportsUnderWay } from "./imports-under-way.tsx";
import { connectors } from "./messages.ts";
import { CONNECTORS, isIndexing, useTyped, type Connector } from "./queries.ts";

/** All connectors of the account. */
export function ConnectorsPage() {
  const t = useMessages(connectors);
  const { q = "" } = useSearch({ from: "/connectors" });
  const navigate = useNavigate({ from: "/connectors" });
  const settle = useCallback(
    (text: string) => void navigate({ search: text === "" ? {} : { q: text }, replace: true }),
    [navigate],
  );
  const [typed, setTyped] = useTyped(q, settle);
  const list = usePages(
    [...CONNECTORS, "list", q],
    (cursor, signal) => take(madang.GET("/api/connectors", { params: { query: { cursor, containing: q } }, signal })),
    { refetchWhile: (rows) => rows.some(isIndexing) },
  );
  const add = (
    <ButtonLink to="/connectors/-/new" look="primary" icon={<Plus className="size-4" />}>
      {t.add}
    </ButtonLink>
  );
  const empty =
    q === "" ? (
      <EmptyState icon={<Cable className="size-5" />} title={t.empty} action={add}>
        {t.emptyAbout}
      </EmptyState>
    ) : (
      <EmptyState title={t.noneFound} />
    );
  return (
    <Page title={t.title} about={t.about} actions={add}>
      <ImportsUnderWay />
      <Card isFlush>
        <div className="border-b border-line p-3">
          <SearchField label={t.find} placeholder={t.find} value={typed} onValue={setTyped} className="max-w-sm" />
        </div>
        <Listing label={t.title} list={list} columns={useColumns()} rowKey={(row) => row.id} empty={empty} />
      </Card>
    </Page>
  );
}

function useColumns(): readonly Column<Connector>[] {
  const t = useMessages(connectors);
  const format = useFormat();
  return [
    { id: "name", header: t.name, width: "minmax(0,2.4fr)", cell: (connector) => <Name connector={connector} /> },
    {
      id: "version",
      header: t.version,
      width: "minmax(0,1fr)",
      isWideOnly: true,
      cell: ({ version }) =>
        version === null ? null : (
          <span className="block truncate text-muted" title={version.document_version}>
            {t.versionNumber(version.number)} · {version.document_version}
          </span>
        ),
    },
    {
      id: "functions",
      header: t.functions,
      width: "5rem",
      isWideOnly: true,
      cell: (connector) => <span className="text-muted">{format.number(connector.functions)}</span>,
    },
    {
      id: "state",
      header: t.state,
      width: "minmax(6rem,auto)",
      cell: (connector) => <StateBadge connector={connector} />,
    },
    {
      id: "updated",
      header: t.updated,
      width: "minmax(0,1fr)",
      isWideOnly: true,
      cell: (connector) => (
        <time dateTime={connector.updated_at} title={format.dateTime(connector.updated_at)} className="text-muted">
          {format.relative(connector.updated_at)}
        </time>
      ),
    },
  ];
}

function Name({ connector }: { connector: Connector }) {
  const t = useMessages(connectors);
  return (
    <div className="flex min-w-0 flex-col py-1">
      <Link
        to="/connectors/$connector"
        params={{ connector: connector.name }}
        className="truncate font-medium hover:underline"
      >
        {connector.name}
      </Link>
      <span className="truncate text-xs text-muted">
        {connector.title}
        <span className="md:hidden"> · {t.functionCount(connector.functions)}</span>
      </span>
    </div>
  );
}
