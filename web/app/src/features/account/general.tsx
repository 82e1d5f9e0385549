import { Monitor, Moon, Sun } from "lucide-react";
import { Card, Choice } from "@madang/ui";
import { LANGUAGE_NAMES } from "../../frame/messages.ts";
import { useMessages } from "../../i18n/tables.ts";
import { account } from "./messages.ts";
import { usePreferences } from "./preferences.ts";

export function GeneralSettings() {
  const t = useMessages(account);
  const { chosen, choose } = usePreferences();
  return (
    <>
      <Card title={t.languageTitle} about={t.languageAbout}>
        <Choice
          legend={t.languageTitle}
          value={chosen.language}
          onValue={(language) => choose({ language })}
          options={[
            { value: "auto", label: t.languageAuto },
            { value: "ko", label: LANGUAGE_NAMES.ko },
            { value: "en", label: LANGUAGE_NAMES.en },
          ]}
        />
      </Card>
      <Card title={t.themeTitle} about={t.themeAbout}>
        <Choice
          legend={t.themeTitle}
          value={chosen.theme}
          onValue={(theme) => choose({ theme })}
          options={[
            { value: "auto", label: t.themeAuto, icon: <Monitor aria-hidden className="size-4" /> },
            { value: "light", label: t.themeLight, icon: <Sun aria-hidden className="size-4" /> },
            { value: "dark", label: t.themeDark, icon: <Moon aria-hidden className="size-4" /> },
          ]}
        />
      </Card>
    </>
  );
}
