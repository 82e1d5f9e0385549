import { Button } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { ProblemNotice } from "../../problem.tsx";
import { chat } from "./messages.ts";
import type { ConversationStore, Outgoing } from "./store.ts";
import { UserMessage } from "./user-message.tsx";

/** A message that the server does not have yet, or did not take. */
export function OutgoingMessage({ message, store }: { message: Outgoing; store: ConversationStore }) {
  const t = useMessages(chat);
  if (message.error === undefined) {
    return (
      <li>
        <UserMessage text={message.text} note={t.sending} />
      </li>
    );
  }
  const again = (): void => {
    store.discard(message.id);
    store.say(message.text);
  };
  return (
    <li>
      <UserMessage text={message.text} note={t.notSent}>
        <div className="flex max-w-full flex-col items-end gap-2">
          <ProblemNotice error={message.error} />
          <div className="flex gap-2">
            <Button size="sm" onClick={() => store.discard(message.id)}>
              {t.discard}
            </Button>
            <Button size="sm" onClick={again}>
              {t.sendAgain}
            </Button>
          </div>
        </div>
      </UserMessage>
    </li>
  );
}
