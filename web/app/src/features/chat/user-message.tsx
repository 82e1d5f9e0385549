import type { ReactNode } from "react";
import { useMessages } from "../../i18n/tables.ts";
import { chat } from "./messages.ts";

/** What a person said, as they wrote it. */
export function UserMessage({
  text,
  note,
  children,
}: {
  text: string;
  note?: string | undefined;
  children?: ReactNode;
}) {
  const t = useMessages(chat);
  return (
    <div className="flex flex-col items-end gap-1">
      <h2 className="sr-only">{t.you}</h2>
      <p className="max-w-[min(85%,42rem)] rounded-xl rounded-br-sm bg-accent-soft px-3.5 py-2 wrap-anywhere whitespace-pre-wrap">
        {text}
      </p>
      {note === undefined ? null : <p className="text-xs text-muted">{note}</p>}
      {children}
    </div>
  );
}
