import { useState } from "react";
import { useMessages } from "../i18n/tables.ts";
import type { Wrong } from "./errors.ts";
import type { Shape } from "./fields.ts";
import { schemaForm } from "./messages.ts";

const LONG = 240;

/** A description of the document as plain text; a long one is cut until it is asked for. */
export function Description({ text }: { text: string }) {
  const t = useMessages(schemaForm);
  const [isWhole, setWhole] = useState(false);
  if (text === "") return null;
  const isLong = text.length > LONG;
  return (
    <span className="wrap-anywhere whitespace-pre-line">
      {isLong && !isWhole ? `${text.slice(0, LONG).trimEnd()}… ` : text}{" "}
      {isLong ? (
        <button
          type="button"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
          className="rounded text-accent underline underline-offset-2"
        >
          {isWhole ? t.lessText : t.moreText}
        </button>
      ) : null}
    </span>
  );
}

export function Required() {
  const t = useMessages(schemaForm);
  return <span className="text-xs text-muted">{t.required}</span>;
}

/** What stands beside the name of a place: that it has to be filled in, and that it is written as JSON. */
export function Aside({ isRequired, isJson }: { isRequired: boolean; isJson: boolean }) {
  return (
    <>
      {isRequired ? <Required /> : null}
      {isJson ? <span className="font-mono text-xs text-muted">JSON</span> : null}
    </>
  );
}

/** What helps with a place: its description, and what is used where it stays empty. */
export function useHelp(shape: Shape): React.ReactNode {
  const t = useMessages(schemaForm);
  const isSelect = shape.kind === "choice" || shape.kind === "boolean";
  const usual = shape.defaultText === undefined || isSelect ? undefined : t.defaultIs(shape.defaultText);
  if (shape.description === "" && usual === undefined) return undefined;
  return (
    <>
      <Description text={shape.description} />
      {usual === undefined ? null : <span className="block">{usual}</span>}
    </>
  );
}

/** The errors of one place as a sentence. */
export function useSentence(errors: readonly Wrong[]): string | undefined {
  const t = useMessages(schemaForm);
  if (errors.length === 0) return undefined;
  return errors.map((error) => (error.code === "required" ? t.missing : error.message)).join(" ");
}

/** The errors of a place that has no control of its own. */
export function Errors({ errors }: { errors: readonly Wrong[] }) {
  if (errors.length === 0) return null;
  return (
    <ul role="alert" className="flex flex-col gap-1 text-sm text-danger">
      {errors.map((error) => (
        <li key={`${error.pointer} ${error.message}`}>{error.message}</li>
      ))}
    </ul>
  );
}
