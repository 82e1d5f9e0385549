import { Dialog, KeyHint } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { frame } from "./messages.ts";

export function HelpDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useMessages(frame);
  const rows: readonly (readonly [keys: readonly string[], about: string])[] = [
    [["Mod+K"], t.helpPalette],
    [["?"], t.helpHelp],
    [["["], t.helpRail],
    [["G", "H"], t.helpHome],
    [["G", "C"], t.helpChat],
    [["G", "K"], t.helpConnectors],
    [["G", "S"], t.helpSettings],
    [["Esc"], t.helpClose],
  ];
  return (
    <Dialog title={t.help} isOpen={isOpen} onClose={onClose}>
      <dl className="flex flex-col gap-2.5">
        {rows.map(([keys, about]) => (
          <div key={about} className="flex items-center justify-between gap-4 text-sm">
            <dt>{about}</dt>
            <dd className="flex items-center gap-1.5 text-xs text-muted">
              {keys.map((key, index) => (
                <span key={key} className="flex items-center gap-1.5">
                  {index > 0 ? t.then : null}
                  <KeyHint keys={key} />
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
