import { take } from "@madang/sdk";
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { Badge, Card, Code, Skeleton } from "@madang/ui";
import { madang } from "../../api.ts";
import { useMessages } from "../../i18n/tables.ts";
import { ProblemNotice } from "../../problem.tsx";
import { home } from "./messages.ts";
import { useReadiness, type Readiness } from "./readiness.ts";

/** The servers of this installation, and whether the one that answers here can serve. */
export function Servers() {
  const t = useMessages(home);
  const readiness = useReadiness();
  const system = useQuery({
    queryKey: ["system"],
    queryFn: ({ signal }) => take(madang.GET("/api/system", { signal })),
  });
  const about: Record<string, string> = { backend: t.serverBackend, proxy: t.serverProxy, bbs: t.serverBbs };
  if (system.data === undefined) {
    return (
      <Card title={t.serversTitle}>
        {system.isError ? (
          <ProblemNotice error={system.error} onRetry={() => void system.refetch()} />
        ) : (
          <Skeleton lines={4} />
        )}
      </Card>
    );
  }
  return (
    <Card title={t.serversTitle} actions={readiness.data === undefined ? null : <State readiness={readiness.data} />}>
      <ul className="flex flex-col gap-3">
        {system.data.servers.map((server) => (
          <li key={server.name} className="flex flex-col gap-0.5 text-sm">
            <span className="flex flex-wrap items-center justify-between gap-x-3">
              <span className="font-medium">{server.name}</span>
              <Code>{server.url}</Code>
            </span>
            <span className="text-muted">{about[server.name] ?? t.serverOther}</span>
          </li>
        ))}
      </ul>
      {readiness.data === undefined ? null : <Checks checks={readiness.data.checks} />}
    </Card>
  );
}

function State({ readiness }: { readiness: Readiness }) {
  const t = useMessages(home);
  return readiness.status === "ready" ? (
    <Badge tone="good">{t.statusReady}</Badge>
  ) : (
    <Badge tone="warning">{t.statusNotReady}</Badge>
  );
}

function Checks({ checks }: { checks: Readiness["checks"] }) {
  const t = useMessages(home);
  const names = { database: t.checkDatabase, migrations: t.checkMigrations, keys: t.checkKeys, clock: t.checkClock };
  return (
    <ul className="mt-4 grid grid-cols-2 gap-x-4 gap-y-1.5 border-t border-line pt-3 text-sm">
      {checks.map((check) => (
        <li key={check.name} className={check.is_ok ? "flex items-center gap-2" : "col-span-2 flex items-start gap-2"}>
          {check.is_ok ? (
            <CircleCheck aria-label={t.ok} className="size-4 shrink-0 text-accent" />
          ) : (
            <CircleAlert aria-label={t.notOk} className="mt-0.5 size-4 shrink-0 text-warning" />
          )}
          <span>
            {names[check.name]}
            {check.is_ok ? null : <span className="block text-muted">{check.detail}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
