import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, Skeleton } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { announcements } from "./announce.ts";
import { announceWords, useCardWords } from "./cards/words.ts";
import { chat } from "./messages.ts";
import { OutgoingMessage } from "./outgoing.tsx";
import type { ConversationState } from "./state.ts";
import type { ConversationStore, Snapshot } from "./store.ts";
import { Turn } from "./turn.tsx";
import { useNewest } from "./use-newest.ts";

/** How many turns are drawn at first, and how many more each time. */
const TURNS = 40;

/** The conversation from its first message to its newest, which stays in view unless a person looks at earlier ones. */
export function Timeline({ store, snapshot }: { store: ConversationStore; snapshot: Snapshot }) {
  const t = useMessages(chat);
  const { scroller, content, isAtNewest, toNewest, keepInView } = useNewest();
  const { state, outgoing, isComplete } = snapshot;
  const [count, setCount] = useState(TURNS);
  useEffect(toNewest, [outgoing.length, toNewest]);
  const hidden = Math.max(0, state.turns.length - count);
  const showEarlier = (): void => keepInView(() => setCount(count + TURNS));
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        data-scroller
        role="region"
        aria-label={t.messages}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
        tabIndex={0}
        className="h-full overflow-y-auto -outline-offset-2"
      >
        <div ref={content} className="mx-auto w-full max-w-3xl px-4 py-6 md:px-6">
          {state.turns.length === 0 && !isComplete && outgoing.length === 0 ? <Skeleton lines={5} /> : null}
          {hidden === 0 ? null : (
            <div className="flex justify-center pb-6">
              <Button look="ghost" icon={<ArrowUp className="size-4" />} onClick={showEarlier}>
                {t.earlier}
              </Button>
            </div>
          )}
          <ol className="flex flex-col gap-8">
            {state.turns.slice(hidden).map((turn) => (
              <Turn key={turn.id} turn={turn} />
            ))}
            {outgoing.map((one) => (
              <OutgoingMessage key={one.id} message={one} store={store} />
            ))}
          </ol>
        </div>
      </div>
      {isAtNewest ? null : (
        <div className="absolute inset-x-0 bottom-3 flex justify-center">
          <Button icon={<ArrowDown className="size-4" />} className="shadow-pop" onClick={toNewest}>
            {t.toNewest}
          </Button>
        </div>
      )}
      <LiveRegion state={state} isLive={isComplete} />
    </div>
  );
}

const KEPT = 5;

/** Says what happens to who does not see it. What was there before the page was opened is not said. */
function LiveRegion({ state, isLive }: { state: ConversationState; isLive: boolean }) {
  const words = useCardWords();
  const t = useMessages(chat);
  const before = useRef<ConversationState | undefined>(undefined);
  const [said, setSaid] = useState<readonly { id: number; text: string }[]>([]);
  useEffect(() => {
    const former = before.current;
    if (isLive) before.current = state;
    if (former === undefined) return;
    const texts = announcements(former, state, announceWords(words, t.stopped));
    if (texts.length > 0) {
      setSaid((old) => [...old, ...texts.map((text, index) => ({ id: state.seq + index / 100, text }))].slice(-KEPT));
    }
  }, [state, isLive, words, t]);
  return (
    <div role="log" aria-live="polite" className="sr-only">
      {said.map((one) => (
        <p key={one.id}>{one.text}</p>
      ))}
    </div>
  );
}
