import { Link, Outlet } from "@tanstack/react-router";
import { Page } from "../../frame/page.tsx";
import { useMessages } from "../../i18n/tables.ts";
import { SECTIONS, settingsMessages } from "./sections.ts";
import { useSession } from "./session.ts";

/** The settings: sections at the side, on a phone in a row that scrolls. */
export function SettingsPage() {
  const t = useMessages(settingsMessages);
  const { roles } = useSession();
  return (
    <Page title={t.title}>
      <div className="flex flex-col gap-5 md:flex-row md:gap-8">
        <nav
          aria-label={t.sections}
          className="-mx-4 shrink-0 overflow-x-auto px-4 md:mx-0 md:w-44 md:overflow-visible md:px-0"
        >
          <ul className="flex gap-1 border-b border-line pb-2 md:sticky md:top-0 md:flex-col md:gap-0.5 md:border-b-0">
            {SECTIONS.filter((section) => section.isFor(roles)).map((section) => (
              <li key={section.to}>
                <Link
                  to={section.to}
                  activeProps={{ className: "bg-hover font-medium text-ink", "aria-current": "page" }}
                  inactiveProps={{ className: "text-muted hover:bg-hover hover:text-ink" }}
                  className="flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm whitespace-nowrap pointer-coarse:h-10"
                >
                  <section.icon aria-hidden className="hidden size-4 md:block" />
                  {t[section.name]}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="flex min-w-0 flex-1 flex-col gap-5">
          <Outlet />
        </div>
      </div>
    </Page>
  );
}
