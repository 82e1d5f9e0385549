import { ArrowUp, Square } from "lucide-react";
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { IconButton } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { useDraft } from "./draft.ts";
import { chat } from "./messages.ts";

export interface ComposerProps {
  /** Under which name a text that was not sent is kept in this tab. */
  name: string;
  /** What was said before, newest last; the arrow keys go through it. */
  said: readonly string[];
  /** Where it rejects, the text comes back. */
  onSend: (text: string) => unknown;
  /** Set while something can be stopped. */
  onAbort?: (() => void) | undefined;
  isBusy?: boolean;
  children?: ReactNode;
}

/** Where a person writes. Enter sends, but not one that ends the composition of a syllable. */
export function Composer({ name, said, onSend, onAbort, isBusy = false, children }: ComposerProps) {
  const t = useMessages(chat);
  const { text, setText, recall } = useDraft(name, said);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // On a touch screen the keyboard would cover half of the page.
    if (matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, [name]);
  const send = (): void => {
    if (text.trim() === "" || isBusy) return;
    Promise.resolve(onSend(text.trim())).catch(() => setText(text));
    setText("");
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // Safari reports the end of a composition before its Enter, which then has this code and nothing else to tell it by.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (isRecall(event, text) && recall(event.key === "ArrowUp" ? -1 : 1)) {
      event.preventDefault();
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className="flex flex-col gap-1.5 rounded-xl border border-line-strong/60 bg-surface px-3 pt-2.5 pb-2 focus-within:border-ring"
    >
      <textarea
        ref={field}
        data-composer
        value={text}
        rows={1}
        aria-label={t.compose}
        placeholder={t.placeholder}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
        className="field-sizing-content max-h-[40vh] min-h-6 w-full resize-none bg-transparent text-base outline-none placeholder:text-faint"
      />
      <div className="flex items-center gap-2">
        <div className="flex min-w-0 flex-1 items-center gap-2 text-xs text-muted">
          {children}
          <span className="hidden truncate md:block">{t.hint}</span>
        </div>
        {onAbort === undefined ? null : (
          <IconButton
            label={t.abort}
            keys="Esc"
            look="secondary"
            icon={<Square className="size-3.5 fill-current" />}
            onClick={onAbort}
          />
        )}
        <IconButton
          type="submit"
          label={t.send}
          look="primary"
          disabled={text.trim() === "" || isBusy}
          icon={<ArrowUp className="size-4" />}
        />
      </div>
    </form>
  );
}

/** Whether an arrow goes through what was said: up at the beginning of the text, down at its end. */
function isRecall(event: KeyboardEvent<HTMLTextAreaElement>, text: string): boolean {
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return false;
  const { selectionStart, selectionEnd } = event.currentTarget;
  if (selectionStart !== selectionEnd) return false;
  return (
    (event.key === "ArrowUp" && selectionStart === 0) || (event.key === "ArrowDown" && selectionEnd === text.length)
  );
}
