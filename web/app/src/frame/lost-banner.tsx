import { take } from "@madang/sdk";
import { useQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { Button } from "@madang/ui";
import { contact, madang } from "../api.ts";
import { useIsLost } from "../contact.ts";
import { common } from "../i18n/common.ts";
import { useMessages } from "../i18n/tables.ts";
import { frame } from "./messages.ts";

const HEARTBEAT_MILLISECONDS = 20_000;

/** Shown while the backend does not answer; it goes by itself when it does. */
export function LostBanner() {
  const t = useMessages(frame);
  const c = useMessages(common);
  const isLost = useIsLost(contact);
  // So that a page that asks for nothing notices too. What comes of it reaches `contact` by the client.
  useQuery({
    queryKey: ["heartbeat"],
    queryFn: ({ signal }) => take(madang.GET("/healthz", { signal })),
    refetchInterval: HEARTBEAT_MILLISECONDS,
  });
  return (
    <div role="status">
      {isLost ? (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-warning-soft px-4 py-2 text-sm text-warning">
          <CloudOff aria-hidden className="size-4 shrink-0" />
          <span className="min-w-0 flex-1">
            {t.lost} {t.asking}
          </span>
          <Button size="sm" onClick={contact.retry}>
            {c.retry}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
