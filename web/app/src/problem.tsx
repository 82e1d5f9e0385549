import { ApiError } from "@madang/sdk";
import { ErrorNotice } from "@madang/ui";
import { isUnreachable } from "./api.ts";
import { common } from "./i18n/common.ts";
import { useMessages } from "./i18n/tables.ts";

/** Whatever was thrown, for a person. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useMessages(common);
  const retry = onRetry === undefined ? {} : { onRetry };
  if (error instanceof ApiError) {
    return (
      <ErrorNotice title={error.title} detail={error.message} places={error.errors} trace={error.trace} {...retry} />
    );
  }
  if (isUnreachable(error)) {
    return <ErrorNotice title={t.unreachableTitle} detail={t.unreachableDetail} {...retry} />;
  }
  return (
    <ErrorNotice title={t.unknownTitle} detail={error instanceof Error ? error.message : String(error)} {...retry} />
  );
}
