import { take, type Schemas } from "@madang/sdk";
import { useState } from "react";
import { Badge, Button, Card, ConfirmDialog, useToast, type Column } from "@madang/ui";
import { madang, queries } from "../../api.ts";
import { useFormat } from "../../i18n/format.ts";
import { useMessages } from "../../i18n/tables.ts";
import { Listing } from "../../listing.tsx";
import { usePages } from "../../pages.ts";
import { ProblemNotice } from "../../problem.tsx";
import { account } from "./messages.ts";
import { describeUserAgent } from "./user-agent.ts";

type Browser = Schemas["BrowserSessionView"];

const BROWSERS = ["sessions"] as const;

export function BrowsersSettings() {
  const t = useMessages(account);
  const [ending, setEnding] = useState<Browser | undefined>(undefined);
  const list = usePages(BROWSERS, (cursor, signal) =>
    take(madang.GET("/api/sessions", { params: { query: { cursor } }, signal })),
  );
  const columns = useColumns(setEnding);
  return (
    <Card title={t.browsersLabel} about={t.browsersAbout} isFlush>
      <Listing label={t.browsersLabel} list={list} columns={columns} rowKey={(browser) => browser.id} empty={null} />
      {ending === undefined ? null : (
        <EndDialog key={ending.id} browser={ending} onClose={() => setEnding(undefined)} />
      )}
    </Card>
  );
}

function useColumns(onEnd: (browser: Browser) => void): readonly Column<Browser>[] {
  const t = useMessages(account);
  const format = useFormat();
  const name = (browser: Browser): string => describeUserAgent(browser.user_agent) ?? t.browserUnknown;
  return [
    {
      id: "name",
      header: t.browserName,
      width: "minmax(0,2fr)",
      cell: (browser) => (
        <span className="flex min-w-0 flex-wrap items-center gap-x-2" title={browser.user_agent}>
          <span className="truncate font-medium">{name(browser)}</span>
          {browser.is_current ? <Badge tone="good">{t.browserHere}</Badge> : null}
        </span>
      ),
    },
    {
      id: "since",
      header: t.browserSince,
      width: "minmax(0,1fr)",
      isWideOnly: true,
      cell: (browser) => <span className="text-muted">{format.relative(browser.created_at)}</span>,
    },
    {
      id: "used",
      header: t.browserUsed,
      width: "minmax(0,1fr)",
      cell: (browser) => <span className="text-muted">{format.relative(browser.last_used_at)}</span>,
    },
    {
      id: "ends",
      header: t.browserEnds,
      width: "minmax(0,1fr)",
      isWideOnly: true,
      cell: (browser) => <span className="text-muted">{format.relative(browser.expires_at)}</span>,
    },
    {
      id: "actions",
      header: t.keyActions,
      isHeaderHidden: true,
      width: "6rem",
      cell: (browser) => (
        <div className="flex justify-end">
          <Button size="sm" look="ghost" aria-label={t.browserEndNamed(name(browser))} onClick={() => onEnd(browser)}>
            {t.browserEnd}
          </Button>
        </div>
      ),
    },
  ];
}

function EndDialog({ browser, onClose }: { browser: Browser; onClose: () => void }) {
  const t = useMessages(account);
  const toast = useToast();
  const [error, setError] = useState<unknown>(undefined);
  const end = async (): Promise<void> => {
    try {
      await take(madang.DELETE("/api/sessions/{session_id}", { params: { path: { session_id: browser.id } } }));
    } catch (caught) {
      setError(caught);
      throw caught;
    }
    toast({ text: t.browserEndedToast });
    await queries.invalidateQueries();
  };
  return (
    <ConfirmDialog
      title={t.browserEndTitle}
      action={t.browserEnd}
      isOpen
      onClose={onClose}
      onConfirm={end}
      error={error === undefined ? null : <ProblemNotice error={error} />}
    >
      <p>{t.browserEndAbout(describeUserAgent(browser.user_agent) ?? t.browserUnknown)}</p>
    </ConfirmDialog>
  );
}
