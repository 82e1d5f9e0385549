import { take } from "@madang/sdk";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { Button, Card, Progress, Skeleton, Spinner } from "@madang/ui";
import { madang, queries } from "../../../api.ts";
import { Page } from "../../../frame/page.tsx";
import { useFormat } from "../../../i18n/format.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { CONNECTIONS, CONNECTORS } from "../queries.ts";
import { ImportDone } from "./import-done.tsx";
import { ImportFailed } from "./import-failed.tsx";
import { adding } from "./messages.ts";
import { useStageWords, type Import } from "./stages.ts";

const WAIT_SECONDS = 5;

/** One import, watched until it ends. */
export function ImportPage() {
  const t = useMessages(adding);
  const { import: id } = useParams({ from: "/connectors/-/imports/$import" });
  const watched = useImport(id);
  return (
    <Page title={t.importTitle}>
      {watched.data === undefined ? (
        watched.isError ? (
          <ProblemNotice error={watched.error} onRetry={() => void watched.refetch()} />
        ) : (
          <Skeleton lines={4} />
        )
      ) : (
        <State job={watched.data} />
      )}
    </Page>
  );
}

function State({ job }: { job: Import }) {
  const t = useMessages(adding);
  switch (job.state) {
    case "succeeded":
      return <ImportDone job={job} />;
    case "failed":
      return <ImportFailed job={job} />;
    case "cancelled":
      return <Card>{t.cancelled}</Card>;
    default:
      return <UnderWay job={job} />;
  }
}

/** The import as it stands, asked for again as soon as it has gone on. */
function useImport(id: string) {
  const key = ["imports", "one", id];
  const watched = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => {
      const wait_seconds = queries.getQueryData(key) === undefined ? 0 : WAIT_SECONDS;
      const params = { path: { import_id: id }, query: { wait_seconds } };
      return take(madang.GET("/api/imports/{import_id}", { params, signal }));
    },
    refetchInterval: ({ state }) => (state.data === undefined || hasEnded(state.data) ? false : 50),
  });
  const isDone = watched.data?.state === "succeeded";
  useEffect(() => {
    if (!isDone) return;
    void queries.invalidateQueries({ queryKey: CONNECTORS });
    void queries.invalidateQueries({ queryKey: CONNECTIONS });
  }, [isDone]);
  return watched;
}

function hasEnded(job: Import): boolean {
  return job.state !== "queued" && job.state !== "running";
}

function UnderWay({ job }: { job: Import }) {
  const t = useMessages(adding);
  const words = useStageWords();
  const progress = useProgressWords(job);
  const cancelling = useMutation({
    mutationFn: () => take(madang.DELETE("/api/imports/{import_id}", { params: { path: { import_id: job.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["imports"] }),
  });
  const fetched = job.progress?.stage === "fetching" ? job.progress : undefined;
  return (
    <Card>
      <div className="flex flex-col gap-4">
        <div role="status" className="flex items-center gap-2.5">
          <Spinner />
          <span className="font-medium">{words(job)}</span>
          <span className="text-sm text-muted">{progress}</span>
        </div>
        {typeof fetched?.total === "number" ? (
          <Progress label={words(job)} done={fetched.done} total={fetched.total} />
        ) : null}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="text-sm text-muted">{t.leave}</p>
          <Button isBusy={cancelling.isPending} onClick={() => cancelling.mutate()}>
            {t.cancel}
          </Button>
        </div>
        {cancelling.isError ? <ProblemNotice error={cancelling.error} /> : null}
      </div>
    </Card>
  );
}

function useProgressWords(job: Import): string {
  const t = useMessages(adding);
  const format = useFormat();
  const { progress } = job;
  if (progress === null) return "";
  const { stage, done, total } = progress;
  if (stage === "listing") return done === 0 ? "" : t.toolsOf(format.number(done));
  if (stage === "storing") return t.functionsOf(format.number(total ?? done));
  return total === null ? format.bytes(done) : t.bytesOf(format.bytes(done), format.bytes(total));
}
