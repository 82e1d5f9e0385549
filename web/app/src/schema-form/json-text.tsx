import { useEffect, useRef, useState } from "react";
import { TextArea, cx } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { schemaForm } from "./messages.ts";

export interface JsonTextProps {
  ids: Record<string, unknown>;
  value: unknown;
  onChange: (value: unknown) => void;
  isTall?: boolean;
}

/**
 * A value written as JSON. While the text is not JSON the value is the text itself, and the browser keeps the form
 * around from being sent.
 */
export function JsonText({ ids, value, onChange, isTall = false }: JsonTextProps) {
  const t = useMessages(schemaForm);
  const area = useRef<HTMLTextAreaElement>(null);
  const [typed, setTyped] = useState(() => written(value));
  const isBroken = typed.trim() !== "" && parsed(typed) === undefined;
  useEffect(() => area.current?.setCustomValidity(isBroken ? t.notJson : ""), [isBroken, t]);
  const change = (text: string): void => {
    setTyped(text);
    const found = parsed(text);
    if (text.trim() === "") onChange(undefined);
    else onChange(found === undefined ? text : found.value);
  };
  return (
    <>
      <TextArea
        {...ids}
        ref={area}
        value={typed}
        rows={isTall ? 10 : 3}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => change(event.target.value)}
        className={cx("font-mono text-sm", isTall && "min-h-52")}
      />
      {isBroken ? <p className="text-sm text-warning">{t.notJson}</p> : null}
    </>
  );
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function written(value: unknown): string {
  if (value === undefined) return "";
  // A text that is not JSON is one that was being written here.
  return typeof value === "string" && parsed(value) === undefined ? value : JSON.stringify(value, null, 2);
}
