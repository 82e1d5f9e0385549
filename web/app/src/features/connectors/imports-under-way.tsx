import { take } from "@madang/sdk";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { Card, Spinner } from "@madang/ui";
import { madang } from "../../api.ts";
import { useFormat } from "../../i18n/format.ts";
import { useMessages } from "../../i18n/tables.ts";
import { useStageWords } from "./add/stages.ts";
import { connectors } from "./messages.ts";

const RECENT = 10;

/** Imports that have not ended, perhaps of another tab or of the command line. */
export function ImportsUnderWay() {
  const t = useMessages(connectors);
  const format = useFormat();
  const words = useStageWords();
  const { data } = useQuery({
    queryKey: ["imports", "under way"],
    queryFn: ({ signal }) => take(madang.GET("/api/imports", { params: { query: { limit: RECENT } }, signal })),
    refetchInterval: ({ state }) => (state.data?.data.some((job) => isUnderWay(job.state)) === true ? 1000 : false),
  });
  const jobs = data?.data.filter((job) => isUnderWay(job.state)) ?? [];
  if (jobs.length === 0) return null;
  return (
    <Card title={t.underWay}>
      <ul className="flex flex-col gap-2">
        {jobs.map((job) => (
          <li key={job.id} className="flex flex-wrap items-center gap-2 text-sm">
            <Spinner />
            <span className="min-w-0 flex-1">
              {words(job)} · <span className="text-muted">{t.underWaySince(format.relative(job.created_at))}</span>
            </span>
            <Link
              to="/connectors/-/imports/$import"
              params={{ import: job.id }}
              className="font-medium text-accent underline underline-offset-4"
            >
              {t.watch}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function isUnderWay(state: string): boolean {
  return state === "queued" || state === "running";
}
