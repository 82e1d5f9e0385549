import { take } from "@madang/sdk";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useCallback } from "react";
import { Badge, Card, EmptyState, SearchField, type Column } from "@madang/ui";
import { madang } from "../../api.ts";
import { useMessages } from "../../i18n/tables.ts";
import { Listing } from "../../listing.tsx";
import { usePages } from "../../pages.ts";
import { EffectBadge, RequestLine } from "./badges.tsx";
import { connectors } from "./messages.ts";
import { useConnector, useTyped, type FunctionRow } from "./queries.ts";

const PAGE = 100;
const BEST = 50;

/** The functions of a connector: all, in the order of the document, or the best for some words. */
export function FunctionsTab() {
  const t = useMessages(connectors);
  const { id, current_version: version } = useConnector();
  const { q = "" } = useSearch({ from: "/connectors/$connector/" });
  const navigate = useNavigate({ from: "/connectors/$connector/" });
  const settle = useCallback(
    (text: string) => void navigate({ search: text === "" ? {} : { q: text }, replace: true }),
    [navigate],
  );
  const [typed, setTyped] = useTyped(q, settle);
  const wanted = q.trim();
  const list = usePages(["functions", id, version, wanted], (cursor, signal) => {
    const query = wanted === "" ? { cursor, limit: PAGE } : { search: wanted, limit: BEST };
    return take(madang.GET("/api/functions", { params: { query: { connector: id, ...query } }, signal }));
  });
  const empty =
    wanted === "" ? (
      <EmptyState title={version === null ? t.noVersion : t.noFunctions} />
    ) : (
      <EmptyState icon={<Search className="size-5" />} title={t.functionsEmpty}>
        {t.functionsEmptyAbout}
      </EmptyState>
    );
  return (
    <Card isFlush>
      <div className="flex flex-col gap-1.5 border-b border-line p-3">
        <SearchField
          label={t.searchFunctions}
          placeholder={t.searchPlaceholder}
          value={typed}
          onValue={setTyped}
          className="max-w-md"
        />
        {wanted === "" ? null : <p className="text-xs text-muted">{t.searchBest}</p>}
      </div>
      <Listing label={t.tabFunctions} list={list} columns={useColumns()} rowKey={(row) => row.id} empty={empty} />
    </Card>
  );
}

function useColumns(): readonly Column<FunctionRow>[] {
  const t = useMessages(connectors);
  return [
    { id: "function", header: t.functionName, width: "minmax(0,1.2fr)", cell: (row) => <Name row={row} /> },
    {
      id: "request",
      header: t.request,
      width: "minmax(0,1fr)",
      isWideOnly: true,
      cell: (row) => <RequestLine method={row.method} path={row.path} isCut />,
    },
    { id: "effect", header: t.effect, width: "7rem", cell: (row) => <EffectBadge effect={row.effect} /> },
  ];
}

function Name({ row }: { row: FunctionRow }) {
  const t = useMessages(connectors);
  return (
    <div className="flex min-w-0 flex-col py-1">
      <span className="flex min-w-0 items-center gap-2">
        <Link
          to="/connectors/$connector/functions/$function"
          params={{ connector: row.connector, function: row.name }}
          className="truncate font-medium hover:underline"
        >
          {row.name}
        </Link>
        {row.is_deprecated ? <Badge>{t.deprecated}</Badge> : null}
      </span>
      <span className="truncate text-xs text-muted">{row.title}</span>
      <span className="md:hidden">
        <RequestLine method={row.method} path={row.path} isCut />
      </span>
    </div>
  );
}
