import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { MapPinOff } from "lucide-react";
import { EmptyState, ErrorNotice, Skeleton } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { ProblemNotice } from "../problem.tsx";
import { frame } from "./messages.ts";

// What browsers say when a part of the app could not be fetched: the server is away, or has a newer version.
const NOT_FETCHED = /dynamically imported module|importing a module script/i;

/** A fault in a page: the frame around it goes on working. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const t = useMessages(frame);
  const isMissing = NOT_FETCHED.test(String(error));
  return (
    <div className="mx-auto w-full max-w-3xl p-6">
      {isMissing ? (
        <ErrorNotice title={t.notFetchedTitle} detail={t.notFetchedAbout} onRetry={() => location.reload()} />
      ) : (
        <ProblemNotice error={error} onRetry={reset} />
      )}
    </div>
  );
}

export function RoutePending() {
  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-8 md:px-8">
      <Skeleton lines={5} />
    </div>
  );
}

export function NotFound() {
  const t = useMessages(frame);
  return (
    <div className="flex h-full flex-col justify-center">
      <title>{`${t.notFoundTitle} · Madang`}</title>
      <h1 className="sr-only">{t.notFoundTitle}</h1>
      <EmptyState
        icon={<MapPinOff className="size-5" />}
        title={t.notFoundTitle}
        action={
          <Link to="/" className="text-sm font-medium text-accent underline underline-offset-4">
            {t.toHome}
          </Link>
        }
      >
        {t.notFoundAbout}
      </EmptyState>
    </div>
  );
}
