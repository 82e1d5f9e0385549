import { useParams } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { SESSION_KEY, contact, queries } from "../../api.ts";
import { useMessages } from "../../i18n/tables.ts";
import { CONVERSATIONS } from "./api.ts";
import { StoreContext } from "./cards/context.ts";
import { Composer } from "./composer.tsx";
import { ConnectionLine, Gone } from "./connection-line.tsx";
import { ConversationHeader } from "./header.tsx";
import { chat } from "./messages.ts";
import { ConversationModel } from "./model-select.tsx";
import { runningTurn } from "./state.ts";
import { storeOf, useSnapshot, type ConversationStore } from "./store.ts";
import { Timeline } from "./timeline.tsx";
import { useEscape } from "./use-escape.ts";

const SIGNED_OUT = 4401;
const GONE = 4404;

export function ConversationPage() {
  const { conversationId } = useParams({ from: "/chat/$conversationId" });
  return <Conversation key={conversationId} store={storeOf(conversationId)} />;
}

function Conversation({ store }: { store: ConversationStore }) {
  const t = useMessages(chat);
  const snapshot = useSnapshot(store);
  const { state, connection } = snapshot;
  useUpkeep(store, state.title, connection.kind === "closed" ? connection.code : undefined);
  const isRunning = runningTurn(state) !== undefined || state.turns.some((turn) => turn.state === "queued");
  const abort = (): void => {
    // Refused where the turn has just ended, which the page shows by itself.
    store.send({ type: "abort" }).catch(() => undefined);
  };
  useEscape(isRunning ? abort : undefined);
  const said = useMemo(() => state.turns.map((turn) => turn.text), [state.turns]);
  const title = state.title ?? t.untitled;
  if (connection.kind === "closed" && connection.code === GONE) return <Gone />;
  return (
    <StoreContext value={store}>
      <title>{`${title} · Madang`}</title>
      <ConversationHeader id={store.id} title={title} />
      <Timeline store={store} snapshot={snapshot} />
      <div className="mx-auto w-full max-w-3xl px-3 pb-3 md:px-6 md:pb-5">
        <ConnectionLine connection={connection} onReconnect={store.reconnect} />
        <Composer name={store.id} said={said} onSend={store.say} onAbort={isRunning ? abort : undefined}>
          <ConversationModel id={store.id} isThere={snapshot.isComplete} />
        </Composer>
      </div>
    </StoreContext>
  );
}

/** What follows from a session outside of its page: the list, the sign-in, and trying at once what works again. */
function useUpkeep(store: ConversationStore, title: string | undefined, closed: number | undefined): void {
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: CONVERSATIONS });
  }, [title]);
  useEffect(() => {
    if (closed === SIGNED_OUT) void queries.invalidateQueries({ queryKey: SESSION_KEY });
  }, [closed]);
  useEffect(() => {
    const retry = (): void => (contact.isLost ? undefined : store.reconnectIfWaiting());
    window.addEventListener("online", retry);
    const leave = contact.subscribe(retry);
    return () => {
      window.removeEventListener("online", retry);
      leave();
    };
  }, [store]);
}
