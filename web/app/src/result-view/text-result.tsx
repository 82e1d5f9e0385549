import { useState } from "react";
import { Button } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { resultView } from "./messages.ts";

const FIRST = 5000;

/** A text as it came, never as HTML; a long one is cut until it is asked for. */
export function TextResult({ text, label }: { text: string; label: string }) {
  const t = useMessages(resultView);
  const [isWhole, setWhole] = useState(false);
  const isCut = text.length > FIRST && !isWhole;
  return (
    <div className="flex min-w-0 flex-col items-start gap-2">
      <pre
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label={label}
        className="max-h-[60vh] w-full overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-sm wrap-anywhere whitespace-pre-wrap"
      >
        {isCut ? `${text.slice(0, FIRST)}…` : text}
      </pre>
      {isCut ? (
        <Button size="sm" onClick={() => setWhole(true)}>
          {t.wholeText(text.length)}
        </Button>
      ) : null}
    </div>
  );
}
