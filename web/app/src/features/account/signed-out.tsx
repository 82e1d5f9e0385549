import { Languages } from "lucide-react";
import { Button, CodeBlock } from "@madang/ui";
import { languageOf, setAppearance, useAppearance } from "../../appearance.ts";
import { Brand } from "../../frame/brand.tsx";
import { LostBanner } from "../../frame/lost-banner.tsx";
import { LANGUAGE_NAMES } from "../../frame/messages.ts";
import { useMessages } from "../../i18n/tables.ts";
import { WithCode } from "../../with-code.tsx";
import { account } from "./messages.ts";

/** What a browser sees that is not signed in: how it becomes so. */
export function SignedOut({ isChecking, onCheck }: { isChecking: boolean; onCheck: () => void }) {
  const t = useMessages(account);
  const other = languageOf(useAppearance()) === "ko" ? "en" : "ko";
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <title>{`${t.signInTitle} · Madang`}</title>
      <LostBanner />
      <main className="m-auto flex w-full max-w-md flex-col gap-6 p-6">
        <Brand />
        <div className="flex flex-col gap-1.5">
          <h1 className="text-2xl font-semibold tracking-tight">{t.signInTitle}</h1>
          <p className="text-muted">{t.signInAbout}</p>
        </div>
        <div className="flex flex-col gap-2">
          <p>{t.signInLink}</p>
          <CodeBlock code="madang sign-in" label={t.signInLink} />
          <p className="text-sm text-muted">
            <WithCode text={t.signInUp} />
          </p>
        </div>
        <div className="flex flex-wrap items-center justify-between gap-2">
          <Button look="primary" isBusy={isChecking} onClick={onCheck}>
            {t.signInCheck}
          </Button>
          <Button
            look="ghost"
            icon={<Languages className="size-4" />}
            onClick={() => setAppearance({ language: other })}
          >
            <span lang={other}>{LANGUAGE_NAMES[other]}</span>
          </Button>
        </div>
      </main>
    </div>
  );
}
