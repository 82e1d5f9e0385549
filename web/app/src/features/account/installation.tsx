import { take } from "@madang/sdk";
import { useQuery } from "@tanstack/react-query";
import { Badge, Card, Code, CopyButton, Facts, Skeleton } from "@madang/ui";
import { madang } from "../../api.ts";
import { Mode } from "../../frame/account-menu.tsx";
import { useMessages } from "../../i18n/tables.ts";
import { ProblemNotice } from "../../problem.tsx";
import { WithCode } from "../../with-code.tsx";
import { account } from "./messages.ts";

export function InstallationSettings() {
  const t = useMessages(account);
  const system = useQuery({
    queryKey: ["system"],
    queryFn: ({ signal }) => take(madang.GET("/api/system", { signal })),
  });
  if (system.data === undefined) {
    return (
      <Card>
        {system.isError ? (
          <ProblemNotice error={system.error} onRetry={() => void system.refetch()} />
        ) : (
          <Skeleton lines={6} />
        )}
      </Card>
    );
  }
  const { version, mode, home, servers, database } = system.data;
  return (
    <>
      <Card title={t.systemTitle}>
        <Facts
          facts={[
            [t.systemVersion, `Madang ${version}`],
            [t.systemMode, <Mode key="mode" mode={mode} />],
            [
              t.systemHome,
              home === null ? (
                <span key="home" className="text-muted">
                  {t.systemHiddenHome}
                </span>
              ) : (
                <Path key="home" path={home} />
              ),
            ],
            [t.systemDatabase, `PostgreSQL ${database.version}`],
            [t.systemMigrations, <Schema key="schema" done={database.migrations} pending={database.pending} />],
            [
              t.systemApi,
              <a key="api" href="/api/openapi.json" className="text-accent underline underline-offset-4">
                /api/openapi.json
              </a>,
            ],
          ]}
        />
      </Card>
      <Card title={t.systemServers} about={<WithCode text={t.systemServersAbout} />}>
        <Facts facts={servers.map((server) => [server.name, <Code key={server.name}>{server.url}</Code>] as const)} />
      </Card>
    </>
  );
}

function Path({ path }: { path: string }) {
  return (
    <span className="-my-1.5 flex items-center gap-1">
      <Code>{path}</Code>
      <CopyButton text={path} />
    </span>
  );
}

function Schema({ done, pending }: { done: readonly string[]; pending: readonly string[] }) {
  const t = useMessages(account);
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      {done.map((revision) => (
        <Code key={revision}>{revision}</Code>
      ))}
      {pending.length === 0 ? null : (
        <Badge tone="warning">
          {t.systemPending}: {pending.join(", ")}
        </Badge>
      )}
    </span>
  );
}
