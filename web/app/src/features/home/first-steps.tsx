import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Card, CodeBlock, Tabs } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { examples } from "./examples.ts";
import { home } from "./messages.ts";

const LINK = "text-sm font-medium text-accent underline underline-offset-4 hover:text-accent-hover";

export function FirstSteps() {
  const t = useMessages(home);
  return (
    <Card title={t.stepsTitle} about={t.stepsAbout}>
      <ol className="flex flex-col gap-6 pt-1">
        <Step number={1} title={t.stepConnectorTitle} about={t.stepConnectorAbout}>
          <span className="flex flex-wrap gap-x-5 gap-y-2">
            <Link to="/connectors/-/new" className={LINK}>
              {t.stepConnectorAction}
            </Link>
            <Link to="/connectors" className={LINK}>
              {t.stepConnectorTry}
            </Link>
          </span>
        </Step>
        <Step number={2} title={t.stepChatTitle} about={t.stepChatAbout}>
          <Link to="/chat" className={LINK}>
            {t.stepChatAction}
          </Link>
        </Step>
        <Step number={3} title={t.stepKeyTitle} about={t.stepKeyAbout}>
          <Link to="/settings/api-keys" hash="new" className={LINK}>
            {t.stepKeyAction}
          </Link>
        </Step>
        <Step number={4} title={t.stepCallTitle} about={t.stepCallAbout}>
          <Tabs
            label={t.stepCallLanguages}
            tabs={examples(location.origin).map(({ id, label, code }) => ({
              id,
              label,
              content: <CodeBlock code={code} label={label} />,
            }))}
          />
          <a href="/api/openapi.json" className={LINK}>
            {t.stepDocument}
          </a>
        </Step>
        <Step number={5} title={t.stepStatusTitle} about={t.stepStatusAbout}>
          <CodeBlock code={"madang status\nmadang config"} label={t.stepStatusTitle} />
        </Step>
      </ol>
    </Card>
  );
}

function Step({
  number,
  title,
  about,
  children,
}: {
  number: number;
  title: string;
  about: string;
  children: ReactNode;
}) {
  return (
    <li className="grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-3">
      <span
        aria-hidden
        className="flex size-6 items-center justify-center rounded-full bg-sunken text-xs font-semibold text-muted"
      >
        {number}
      </span>
      <div className="flex flex-col items-start gap-3">
        <div>
          <h3 className="font-medium">{title}</h3>
          <p className="text-sm text-muted">{about}</p>
        </div>
        <div className="flex w-full flex-col items-start gap-3 *:max-w-full [&>div]:w-full">{children}</div>
      </div>
    </li>
  );
}
