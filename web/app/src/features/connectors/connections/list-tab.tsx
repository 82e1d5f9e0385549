import { Link } from "@tanstack/react-router";
import { Plug, Plus } from "lucide-react";
import { Badge, Card, EmptyState, type Column } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import { Listing } from "../../../listing.tsx";
import { ButtonLink } from "../button-link.tsx";
import { connectors } from "../messages.ts";
import { useConnections, useConnector, type Connection } from "../queries.ts";
import { connectionWords } from "./messages.ts";

/** The connections of a connector. */
export function ConnectionsTab() {
  const t = useMessages(connectionWords);
  const c = useMessages(connectors);
  const { id, name } = useConnector();
  const list = useConnections(id);
  const create = (
    <ButtonLink
      to="/connectors/$connector/connections/new"
      params={{ connector: name }}
      look="primary"
      icon={<Plus className="size-4" />}
    >
      {t.create}
    </ButtonLink>
  );
  const empty = (
    <EmptyState icon={<Plug className="size-5" />} title={t.empty} action={create}>
      {t.emptyAbout}
    </EmptyState>
  );
  return (
    <Card title={c.tabConnections} about={t.about} actions={create} isFlush>
      <Listing
        label={c.tabConnections}
        list={list}
        columns={useColumns(name, list.rows[0]?.id)}
        rowKey={(row) => row.id}
        empty={empty}
      />
    </Card>
  );
}

function useColumns(connector: string, first: string | undefined): readonly Column<Connection>[] {
  const t = useMessages(connectionWords);
  return [
    {
      id: "label",
      header: t.label,
      width: "minmax(0,1fr)",
      cell: (connection) => (
        <span className="flex min-w-0 flex-wrap items-center gap-2">
          <Link
            to="/connectors/$connector/connections/$connection"
            params={{ connector, connection: connection.id }}
            className="truncate font-medium hover:underline"
          >
            {connection.label}
          </Link>
          {connection.id === first ? <Badge>{t.first}</Badge> : null}
        </span>
      ),
    },
    {
      id: "server",
      header: t.server,
      width: "minmax(0,1.6fr)",
      cell: (connection) => (
        <span className="block truncate font-mono text-xs text-muted" title={connection.server_url}>
          {connection.server_url}
        </span>
      ),
    },
    {
      id: "hosts",
      header: t.hosts,
      width: "minmax(0,1fr)",
      isWideOnly: true,
      cell: (connection) => (
        <span className="block truncate font-mono text-xs text-muted">
          {connection.allowed_hosts.join(", ") || t.hostsNone}
        </span>
      ),
    },
  ];
}
