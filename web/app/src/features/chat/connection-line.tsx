import type { SessionState } from "@madang/sdk";
import { Link } from "@tanstack/react-router";
import { MessageSquareOff } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, EmptyState, Spinner } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { chat } from "./messages.ts";

const CALM_MILLISECONDS = 1200;
const TAKEN_OVER = 4409;

/** Says that the session is away, once that lasts; while it is here, nothing. */
export function ConnectionLine({ connection, onReconnect }: { connection: SessionState; onReconnect: () => void }) {
  const t = useMessages(chat);
  const isAway = connection.kind !== "live";
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isAway) return;
    const timer = setTimeout(() => setLong(true), CALM_MILLISECONDS);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [isAway]);
  const words = {
    connecting: t.connecting,
    waiting: t.reconnecting,
    closed: connection.kind === "closed" && connection.code === TAKEN_OVER ? t.takenOver : t.closed,
    live: "",
  }[connection.kind];
  return (
    <div role="status" className="empty:hidden">
      {isAway && isLong ? (
        <div className="mb-2 flex flex-wrap items-center gap-2 px-1 text-sm text-muted">
          {connection.kind === "closed" ? null : <Spinner />}
          <span className="min-w-0 flex-1">{words}</span>
          {connection.kind === "connecting" ? null : (
            <Button size="sm" onClick={onReconnect}>
              {t.reconnect}
            </Button>
          )}
        </div>
      ) : null}
    </div>
  );
}

export function Gone() {
  const t = useMessages(chat);
  return (
    <div className="flex h-full flex-col justify-center">
      <title>{`${t.goneTitle} · Madang`}</title>
      <h1 className="sr-only">{t.goneTitle}</h1>
      <EmptyState
        icon={<MessageSquareOff className="size-5" />}
        title={t.goneTitle}
        action={
          <Link to="/chat" className="text-sm font-medium text-accent underline underline-offset-4">
            {t.toNew}
          </Link>
        }
      >
        {t.goneAbout}
      </EmptyState>
    </div>
  );
}
