import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Plus, Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, Input, Skeleton } from "@madang/ui";
import { isUnreachable } from "../../api.ts";
import { useFormat } from "../../i18n/format.ts";
import { useMessages } from "../../i18n/tables.ts";
import { usePages, type Loaded } from "../../pages.ts";
import { ProblemNotice } from "../../problem.tsx";
import { ConversationMenu } from "./actions.tsx";
import { CONVERSATIONS, listConversations, type Conversation } from "./api.ts";
import { chat } from "./messages.ts";

const TYPING_MILLISECONDS = 250;

/** All conversations, newest first. */
export function ConversationList({ onFollow }: { onFollow?: () => void }) {
  const t = useMessages(chat);
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim());
  const list = usePages([...CONVERSATIONS, search], (cursor, signal) => listConversations(search, cursor, signal), {
    keepsFormer: true,
  });
  const create = (): void => {
    onFollow?.();
    void navigate({ to: "/chat" });
  };
  return (
    <div className="flex h-full min-h-0 flex-col gap-2 py-3">
      <div className="flex flex-col gap-2 px-3">
        {/* The drawer has its way out in the corner. */}
        <div className="pr-10 md:pr-0">
          <Button icon={<Plus className="size-4" />} className="w-full" onClick={create}>
            {t.create}
          </Button>
        </div>
        <div className="relative">
          <Search
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-muted"
          />
          <Input
            type="search"
            aria-label={t.search}
            placeholder={t.search}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="pl-8"
          />
        </div>
      </div>
      <nav aria-label={t.conversations} data-scroller className="min-h-0 flex-1 overflow-y-auto px-2">
        <Rows list={list} isSearch={search !== ""} onFollow={onFollow} />
      </nav>
    </div>
  );
}

interface RowsProps {
  list: Loaded<Conversation>;
  isSearch: boolean;
  onFollow: (() => void) | undefined;
}

function Rows({ list, isSearch, onFollow }: RowsProps) {
  const t = useMessages(chat);
  if (list.error !== null && !(list.rows.length > 0 && isUnreachable(list.error))) {
    return <ProblemNotice error={list.error} onRetry={list.retry} />;
  }
  if (list.isPending) return <Skeleton lines={4} />;
  if (list.rows.length === 0) {
    return <p className="px-2 py-3 text-sm text-muted">{isSearch ? t.emptySearch : t.empty}</p>;
  }
  return (
    <>
      <ul className="flex flex-col gap-0.5">
        {list.rows.map((row) => (
          <Row key={row.id} conversation={row} onFollow={onFollow} />
        ))}
      </ul>
      <End onSeen={list.more} />
    </>
  );
}

function Row({ conversation, onFollow }: { conversation: Conversation; onFollow: (() => void) | undefined }) {
  const t = useMessages(chat);
  const format = useFormat();
  const navigate = useNavigate();
  const { conversationId } = useParams({ strict: false });
  const title = conversation.title === "" ? t.untitled : conversation.title;
  const isHere = conversationId === conversation.id;
  return (
    <li className="group relative">
      <Link
        to="/chat/$conversationId"
        params={{ conversationId: conversation.id }}
        onClick={onFollow}
        activeProps={{ className: "bg-hover text-ink", "aria-current": "page" }}
        inactiveProps={{ className: "text-muted hover:bg-hover hover:text-ink" }}
        className="flex min-h-11 flex-col justify-center rounded-md py-1 pr-10 pl-2.5 text-sm"
      >
        <span className="truncate" title={title}>
          {title}
        </span>
        <time dateTime={conversation.updated_at} className="text-xs text-muted">
          {format.relative(conversation.updated_at)}
        </time>
      </Link>
      <div className="absolute top-1/2 right-1 -translate-y-1/2 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
        <ConversationMenu
          id={conversation.id}
          title={title}
          onDeleted={isHere ? () => void navigate({ to: "/chat" }) : undefined}
        />
      </div>
    </li>
  );
}

/** Says when the end of the list comes into view. */
function End({ onSeen }: { onSeen: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const watch = new IntersectionObserver((seen) => (seen.some((one) => one.isIntersecting) ? onSeen() : undefined));
    watch.observe(element);
    return () => watch.disconnect();
  }, [onSeen]);
  return <div ref={place} aria-hidden className="h-px" />;
}

/** A text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
