import { ApiError } from "@madang/sdk";
import { Link, Outlet, useLocation, useParams } from "@tanstack/react-router";
import { Card, EmptyState, Skeleton, cx } from "@madang/ui";
import { Page } from "../../frame/page.tsx";
import { useMessages } from "../../i18n/tables.ts";
import { ProblemNotice } from "../../problem.tsx";
import { StateBadge } from "./badges.tsx";
import { ButtonLink } from "./button-link.tsx";
import { connectors } from "./messages.ts";
import { ConnectorContext, useConnectorQuery, type Connector } from "./queries.ts";

/** The page of one connector: what it is, and links to its parts. */
export function ConnectorPage() {
  const { connector: name } = useParams({ from: "/connectors/$connector" });
  const found = useConnectorQuery(name);
  if (found.error instanceof ApiError && found.error.status === 404) return <Missing name={name} />;
  if (found.data === undefined) {
    return (
      <Page title={name}>
        {found.isError ? (
          <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Skeleton lines={5} />
        )}
      </Page>
    );
  }
  return (
    <ConnectorContext value={found.data}>
      <Page title={found.data.title || found.data.name} about={<About connector={found.data} />}>
        <Parts name={name} />
        <Outlet />
      </Page>
    </ConnectorContext>
  );
}

function Missing({ name }: { name: string }) {
  const t = useMessages(connectors);
  return (
    <Page title={name}>
      <Card>
        <EmptyState title={t.missing(name)} action={<ButtonLink to="/connectors">{t.missingBack}</ButtonLink>}>
          {t.missingAbout}
        </EmptyState>
      </Card>
    </Page>
  );
}

function About({ connector }: { connector: Connector }) {
  const t = useMessages(connectors);
  return (
    <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm">
      <span className="font-mono text-ink">{connector.name}</span>
      {connector.version === null ? null : (
        <span>
          {t.versionNumber(connector.version.number)} · {connector.version.document_version}
        </span>
      )}
      <span>{t.functionCount(connector.functions)}</span>
      <StateBadge connector={connector} />
    </span>
  );
}

const PARTS = [
  { to: "/connectors/$connector", name: "tabFunctions", below: ["", "functions"] },
  { to: "/connectors/$connector/report", name: "tabReport", below: ["report"] },
  { to: "/connectors/$connector/connections", name: "tabConnections", below: ["connections"] },
  { to: "/connectors/$connector/settings", name: "tabSettings", below: ["settings"] },
] as const;

function Parts({ name }: { name: string }) {
  const t = useMessages(connectors);
  const segment = useLocation({ select: ({ pathname }) => pathname.split("/")[3] ?? "" });
  const isHere = (below: readonly string[]): boolean => below.includes(segment);
  return (
    <nav aria-label={t.tabs} className="-mx-4 overflow-x-auto px-4 md:mx-0 md:px-0">
      <ul className="flex min-w-max gap-5 border-b border-line">
        {PARTS.map((part) => (
          <li key={part.to}>
            <Link
              to={part.to}
              params={{ connector: name }}
              aria-current={isHere(part.below) ? "page" : undefined}
              className={cx(
                "-mb-px block border-b-2 pt-1 pb-2 text-sm pointer-coarse:pt-2.5",
                isHere(part.below)
                  ? "border-accent font-medium text-ink"
                  : "border-transparent text-muted hover:text-ink",
              )}
            >
              {t[part.name]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
