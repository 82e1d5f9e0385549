import { CircleHelp, Menu, PanelLeft, Search } from "lucide-react";
import { IconButton, KeyHint } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { Brand } from "./brand.tsx";
import { frame } from "./messages.ts";

export interface HeaderProps {
  isRailShort: boolean;
  onRail: () => void;
  onDrawer: () => void;
  onPalette: () => void;
  onHelp: () => void;
}

export function Header({ isRailShort, onRail, onDrawer, onPalette, onHelp }: HeaderProps) {
  const t = useMessages(frame);
  return (
    <header className="flex h-13 shrink-0 items-center gap-2 border-b border-line px-2 md:px-3">
      <div className="flex items-center gap-1 md:hidden">
        <IconButton label={t.openNavigation} icon={<Menu className="size-5" />} onClick={onDrawer} />
        <Brand />
      </div>
      <div className="hidden md:block">
        <IconButton
          label={isRailShort ? t.expand : t.collapse}
          keys="["
          aria-expanded={!isRailShort}
          icon={<PanelLeft className="size-4" />}
          onClick={onRail}
        />
      </div>
      <div className="flex-1" />
      <button
        type="button"
        onClick={onPalette}
        className="hidden h-8 w-64 items-center gap-2 rounded-md border border-line bg-surface pr-1.5 pl-2.5 text-sm text-muted hover:bg-hover md:flex"
      >
        <Search aria-hidden className="size-4" />
        <span className="flex-1 text-left">{t.find}</span>
        <KeyHint keys="Mod+K" />
      </button>
      <div className="md:hidden">
        <IconButton label={t.palette} icon={<Search className="size-5" />} onClick={onPalette} />
      </div>
      <div className="hidden md:block">
        <IconButton label={t.help} keys="?" icon={<CircleHelp className="size-4" />} onClick={onHelp} />
      </div>
    </header>
  );
}
