import { Outlet } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Drawer } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { ConversationList } from "./list.tsx";
import { DrawerContext } from "./drawer.ts";
import { chat } from "./messages.ts";

/** The conversations beside the one that is open; on a phone they are in a drawer. */
export function ChatPage() {
  const t = useMessages(chat);
  const [isOpen, setOpen] = useState(false);
  const open = useMemo(() => () => setOpen(true), []);
  return (
    <div className="flex h-full min-h-0">
      <aside className="hidden w-52 shrink-0 border-r border-line md:block lg:w-64">
        <ConversationList />
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <DrawerContext value={open}>
          <Outlet />
        </DrawerContext>
      </div>
      <Drawer title={t.conversations} closeLabel={t.closeConversations} isOpen={isOpen} onClose={() => setOpen(false)}>
        <ConversationList onFollow={() => setOpen(false)} />
      </Drawer>
    </div>
  );
}
