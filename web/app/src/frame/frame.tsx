import { Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { Drawer, cx } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { Header } from "./header.tsx";
import { HelpDialog } from "./help.tsx";
import { LostBanner } from "./lost-banner.tsx";
import { frame } from "./messages.ts";
import { Palette } from "./palette.tsx";
import { Rail } from "./rail.tsx";
import { useRailWidth } from "./rail-width.ts";
import { useShortcuts } from "./shortcuts.ts";

type Opened = "palette" | "help" | "drawer" | undefined;

/** What surrounds every page: rail, header, banner, palette and help. */
export function Frame() {
  const t = useMessages(frame);
  const [opened, setOpened] = useState<Opened>(undefined);
  const rail = useRailWidth();
  const close = (): void => setOpened(undefined);
  useShortcuts({ onPalette: () => setOpened("palette"), onHelp: () => setOpened("help"), onRail: rail.toggle });
  return (
    <div className="flex h-full">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-1.5 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t.skip}
      </a>
      <aside
        className={cx("hidden shrink-0 border-r border-line bg-sunken/60 md:block", rail.isShort ? "w-14" : "w-60")}
      >
        <Rail isShort={rail.isShort} />
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <Header
          isRailShort={rail.isShort}
          onRail={rail.toggle}
          onDrawer={() => setOpened("drawer")}
          onPalette={() => setOpened("palette")}
          onHelp={() => setOpened("help")}
        />
        <LostBanner />
        <main id="content" data-scroller tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
          <Outlet />
        </main>
      </div>
      <Drawer title={t.navigation} closeLabel={t.closeNavigation} isOpen={opened === "drawer"} onClose={close}>
        <Rail onFollow={close} />
      </Drawer>
      <Palette isOpen={opened === "palette"} onClose={close} onHelp={() => setOpened("help")} />
      <HelpDialog isOpen={opened === "help"} onClose={close} />
    </div>
  );
}
