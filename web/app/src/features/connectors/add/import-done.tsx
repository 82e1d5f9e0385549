import { CircleCheck } from "lucide-react";
import { Card, Code, Facts } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import { ButtonLink } from "../button-link.tsx";
import { Counts } from "../report.tsx";
import { adding } from "./messages.ts";
import type { Import } from "./stages.ts";

/** What an import came to, and where to go from it. */
export function ImportDone({ job }: { job: Import }) {
  const t = useMessages(adding);
  const { connector, report } = job;
  if (connector === null) return null;
  const params = { connector: connector.name };
  const facts: (readonly [string, React.ReactNode])[] = [];
  if (job.server_url !== null) facts.push([t.doneServer, <Code key="server">{job.server_url}</Code>]);
  if (job.allowed_hosts.length > 0) {
    facts.push([t.doneHosts, <Code key="hosts">{job.allowed_hosts.join(", ")}</Code>]);
  }
  const isFirst = (job.version ?? 1) === 1;
  return (
    <>
      <Card>
        <div className="flex flex-col gap-4">
          <div role="status" className="flex items-center gap-2.5">
            <CircleCheck aria-hidden className="size-5 shrink-0 text-accent" />
            <h2 className="text-lg font-semibold">
              {isFirst ? t.done(connector.name) : t.doneVersion(connector.name, job.version ?? 1)}
            </h2>
          </div>
          {facts.length > 0 ? <Facts facts={facts} /> : null}
          <Missing job={job} />
          <div className="flex flex-wrap gap-2">
            <ButtonLink to="/connectors/$connector" params={params} look="primary">
              {t.toFunctions}
            </ButtonLink>
            <ButtonLink to="/connectors/$connector/report" params={params}>
              {t.toReport}
            </ButtonLink>
            <ButtonLink to="/connectors/$connector/connections" params={params}>
              {t.toConnection}
            </ButtonLink>
          </div>
        </div>
      </Card>
      {report === null ? null : <Counts report={report} />}
    </>
  );
}

/** What has to be done before anything can be called. */
function Missing({ job }: { job: Import }) {
  const t = useMessages(adding);
  const isClosed = job.kind === "mcp" && job.report?.found === 0;
  if (isClosed) return <p className="text-sm text-warning">{t.mcpClosed}</p>;
  const isFirst = (job.version ?? 1) === 1;
  return job.connection === null && isFirst ? <p className="text-sm text-warning">{t.noServer}</p> : null;
}
