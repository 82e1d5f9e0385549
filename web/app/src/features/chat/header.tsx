import { useNavigate } from "@tanstack/react-router";
import { MessagesSquare, SquarePen } from "lucide-react";
import { use, type ReactNode } from "react";
import { IconButton } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { ConversationMenu } from "./actions.tsx";
import { DrawerContext } from "./drawer.ts";
import { chat } from "./messages.ts";

export function ConversationHeader({ id, title }: { id: string; title: string }) {
  const t = useMessages(chat);
  const navigate = useNavigate();
  return (
    <Bar>
      <h1 className="min-w-0 flex-1 truncate text-base font-semibold" title={title}>
        {title}
      </h1>
      <ConversationMenu id={id} title={title} onDeleted={() => void navigate({ to: "/chat" })} />
      <div className="md:hidden">
        <IconButton
          label={t.create}
          icon={<SquarePen className="size-5" />}
          onClick={() => void navigate({ to: "/chat" })}
        />
      </div>
    </Bar>
  );
}

/** The bar above a conversation; on a phone with the way to the others. */
export function Bar({ children }: { children?: ReactNode }) {
  const t = useMessages(chat);
  const openDrawer = use(DrawerContext);
  return (
    <div className="flex h-12 shrink-0 items-center gap-1.5 border-b border-line px-2 md:px-6">
      <div className="md:hidden">
        <IconButton label={t.openConversations} icon={<MessagesSquare className="size-5" />} onClick={openDrawer} />
      </div>
      {children}
    </div>
  );
}
