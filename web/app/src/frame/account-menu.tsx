import { LogOut } from "lucide-react";
import { Badge, Menu, MenuChoice, MenuItem, MenuSeparator, cx } from "@madang/ui";
import { usePreferences } from "../features/account/preferences.ts";
import { useSession, useSignOut } from "../features/account/session.ts";
import { useMessages } from "../i18n/tables.ts";
import { LANGUAGE_NAMES, frame } from "./messages.ts";

/** Who is signed in and where; theme, language and the way out. */
export function AccountMenu({ isShort }: { isShort: boolean }) {
  const t = useMessages(frame);
  const session = useSession();
  const signOut = useSignOut();
  const { chosen, choose } = usePreferences();
  const name = session.user.name;
  const trigger = (
    <button
      type="button"
      aria-label={t.accountMenu(name)}
      className={cx(
        "flex h-9 w-full items-center gap-2.5 rounded-md text-sm hover:bg-hover data-[state=open]:bg-hover",
        isShort ? "justify-center" : "px-2",
      )}
    >
      <span
        aria-hidden
        className="flex size-6 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent uppercase"
      >
        {name.slice(0, 1)}
      </span>
      {isShort ? null : (
        <>
          <span className="min-w-0 flex-1 truncate text-left">{name}</span>
          <Mode mode={session.mode} />
        </>
      )}
    </button>
  );
  return (
    <Menu trigger={trigger} align="start" side="top">
      <MenuChoice
        label={t.theme}
        value={chosen.theme}
        onValue={(theme) => choose({ theme })}
        options={[
          { value: "auto", label: t.themeAuto },
          { value: "light", label: t.themeLight },
          { value: "dark", label: t.themeDark },
        ]}
      />
      <MenuSeparator />
      <MenuChoice
        label={t.language}
        value={chosen.language}
        onValue={(language) => choose({ language })}
        options={[
          { value: "auto", label: t.languageAuto },
          { value: "ko", label: LANGUAGE_NAMES.ko },
          { value: "en", label: LANGUAGE_NAMES.en },
        ]}
      />
      <MenuSeparator />
      <MenuItem icon={<LogOut className="size-4" />} onSelect={signOut}>
        {t.signOut}
      </MenuItem>
    </Menu>
  );
}

export function Mode({ mode }: { mode: "local" | "test" | "real" }) {
  const t = useMessages(frame);
  const names = { local: t.modeLocal, test: t.modeTest, real: t.modeReal };
  return <Badge tone={mode === "real" ? "warning" : "neutral"}>{names[mode]}</Badge>;
}
