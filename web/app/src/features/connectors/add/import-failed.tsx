import { useMutation } from "@tanstack/react-query";
import { Button, ErrorNotice } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { ButtonLink } from "../button-link.tsx";
import { useBegin } from "./begin.ts";
import { recall, remember } from "./draft.ts";
import { refusedHost } from "./hosts.ts";
import { adding } from "./messages.ts";
import type { Import } from "./stages.ts";

interface Problem {
  type: string;
  title: string;
  detail: string;
  trace: string | null;
}

/** Why an import failed, and what to do about it. */
export function ImportFailed({ job }: { job: Import }) {
  const t = useMessages(adding);
  const begun = recall(job.id);
  const problem = problemOf(job);
  const host = problem.type.endsWith(":address-refused") ? refusedHost(problem.detail) : undefined;
  const begin = useBegin();
  const allowing = useMutation({
    mutationFn: async (allowed: string) => {
      if (begun === undefined) return;
      const { body, draft } = begun;
      const hosts = [...(body.allowed_hosts ?? []), allowed];
      const next = draft && { ...draft, hosts: hosts.join("\n") };
      remember(job.id, { body, draft: next });
      await begin({ ...body, allowed_hosts: hosts }, next);
    },
  });
  return (
    <div className="flex flex-col gap-4">
      <ErrorNotice
        title={t.failed}
        detail={host === undefined ? problem.detail : shortened(problem.detail)}
        trace={problem.trace}
      >
        <p className="text-muted">{host === undefined ? hintOf(problem, t) : t.refusedHost(host)}</p>
        <p className="text-muted">{t.failedNothing}</p>
      </ErrorNotice>
      {allowing.isError ? <ProblemNotice error={allowing.error} /> : null}
      <div className="flex flex-wrap gap-2">
        {host === undefined || begun === undefined ? null : (
          <Button look="primary" isBusy={allowing.isPending} onClick={() => allowing.mutate(host)}>
            {t.allowHost(host)}
          </Button>
        )}
        <ButtonLink to="/connectors/-/new" search={begun?.draft === undefined ? {} : { again: job.id }}>
          {t.again}
        </ButtonLink>
      </div>
    </div>
  );
}

function hintOf(problem: Problem, t: { failedFetch: string; failedInput: string }): string | undefined {
  if (/:(upstream|unavailable)/.test(problem.type)) return t.failedFetch;
  return /:(invalid|too-large)/.test(problem.type) ? t.failedInput : undefined;
}

/** The reason without the hint for the command line. */
function shortened(detail: string): string {
  return detail.split("; for an import:")[0] ?? detail;
}

function problemOf(job: Import): Problem {
  const error = job.error ?? {};
  const text = (name: string): string => (typeof error[name] === "string" ? error[name] : "");
  return {
    type: text("type"),
    title: text("title"),
    detail: text("detail") || text("title"),
    trace: text("trace") || null,
  };
}
