import type { Schemas } from "@madang/sdk";
import { useMessages } from "../../../i18n/tables.ts";
import { adding } from "./messages.ts";

export type Import = Schemas["ImportView"];

/** What an import does now, as a sentence. */
export function useStageWords(): (job: Import) => string {
  const t = useMessages(adding);
  const stages: Record<string, string> = {
    fetching: t.stageFetching,
    listing: t.stageListing,
    reading: t.stageReading,
    storing: t.stageStoring,
  };
  return (job) => {
    if (job.state === "queued" || job.progress === null) return t.stageQueued;
    return stages[job.progress.stage] ?? t.stageOther;
  };
}
