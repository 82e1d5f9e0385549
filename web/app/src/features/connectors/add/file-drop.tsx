import { FileUp } from "lucide-react";
import { useId, useRef, useState, type DragEvent } from "react";
import { Button, cx } from "@madang/ui";
import { useFormat } from "../../../i18n/format.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { adding } from "./messages.ts";

const MOST_BYTES = 60_000_000;

export interface FileDropProps {
  file: File | undefined;
  onFile: (file: File) => void;
  isMissing?: boolean;
}

/** A document that is dropped or chosen. */
export function FileDrop({ file, onFile, isMissing = false }: FileDropProps) {
  const t = useMessages(adding);
  const format = useFormat();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [isTooLarge, setTooLarge] = useState(false);
  const take = (chosen: File | undefined): void => {
    if (chosen === undefined) return;
    setTooLarge(chosen.size > MOST_BYTES);
    if (chosen.size <= MOST_BYTES) onFile(chosen);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const error = isTooLarge ? t.fileTooLarge : isMissing ? t.fileMissing : undefined;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {t.file}
      </label>
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- dropping is a second way; the button is the first */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx(
          "flex flex-col items-center gap-2 rounded-lg border border-dashed px-4 py-8 text-center",
          isOver ? "border-accent bg-accent-soft" : "border-line-strong/60 bg-sunken/50",
        )}
      >
        <FileUp aria-hidden className="size-5 text-muted" />
        {file === undefined ? (
          <p className="text-sm text-muted">
            {t.fileDrop} {t.fileOr}
          </p>
        ) : (
          <p className="text-sm">
            <span className="font-medium wrap-anywhere">{file.name}</span>{" "}
            <span className="text-muted">{format.bytes(file.size)}</span>
          </p>
        )}
        <Button onClick={() => input.current?.click()}>{file === undefined ? t.fileChoose : t.fileChange}</Button>
        <input
          ref={input}
          id={id}
          type="file"
          accept=".json,.yaml,.yml,application/json,application/yaml,text/yaml,text/plain"
          aria-describedby={`${id}-help`}
          aria-invalid={error === undefined ? undefined : true}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => take(event.target.files?.[0])}
        />
      </div>
      <p id={`${id}-help`} className={error === undefined ? "text-sm text-muted" : "text-sm text-danger"}>
        {error ?? t.fileHelp}
      </p>
    </div>
  );
}
