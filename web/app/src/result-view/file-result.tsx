import { Download, FileIcon } from "lucide-react";
import { Button } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { resultView } from "./messages.ts";
import type { FileValue } from "./tabular.ts";

/** A file of an answer: its name, and its bytes to keep. It is not opened here. */
export function FileResult({ file }: { file: FileValue }) {
  const t = useMessages(resultView);
  const { data } = file;
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-md border border-line bg-sunken px-3 py-2 text-sm">
      <FileIcon aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="min-w-0 flex-1 wrap-anywhere">{t.file(file.name, file.mediaType)}</span>
      {data === undefined ? (
        <span className="text-muted">{t.fileElsewhere}</span>
      ) : (
        <Button size="sm" icon={<Download className="size-3.5" />} onClick={() => save(file.name, data)}>
          {t.download}
        </Button>
      )}
    </div>
  );
}

function save(name: string, data: string): void {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  // As bytes of no kind: the browser keeps it and never shows it as a page of ours.
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
