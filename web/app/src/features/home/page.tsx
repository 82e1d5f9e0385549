import { Page } from "../../frame/page.tsx";
import { useMessages } from "../../i18n/tables.ts";
import { useSession } from "../account/session.ts";
import { FirstSteps } from "./first-steps.tsx";
import { home } from "./messages.ts";
import { Servers } from "./servers.tsx";

/** What there is and what can be done with it. */
export function HomePage() {
  const t = useMessages(home);
  const { version } = useSession();
  return (
    <Page title={t.running} about={t.runningAbout(version)}>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <FirstSteps />
        <div className="flex flex-col gap-5">
          <Servers />
          <section className="rounded-lg border border-dashed border-line px-4 py-3.5">
            <h2 className="text-base font-semibold">{t.nextTitle}</h2>
            <p className="mt-0.5 text-sm text-muted">{t.nextAbout}</p>
          </section>
        </div>
      </div>
    </Page>
  );
}
