import { useNavigate } from "@tanstack/react-router";
import { CircleHelp, KeyRound, Languages, LogOut, SunMoon } from "lucide-react";
import { useMemo } from "react";
import { CommandPalette, type Command } from "@madang/ui";
import { usePreferences } from "../features/account/preferences.ts";
import { SECTIONS, settingsMessages } from "../features/account/sections.ts";
import { useSession, useSignOut } from "../features/account/session.ts";
import { useMessages } from "../i18n/tables.ts";
import { LANGUAGE_NAMES, frame } from "./messages.ts";
import { PLACES } from "./navigation.ts";

export interface PaletteProps {
  isOpen: boolean;
  onClose: () => void;
  onHelp: () => void;
}

export function Palette({ isOpen, onClose, onHelp }: PaletteProps) {
  const t = useMessages(frame);
  const places = usePlaces();
  const choices = useChoices();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const commands: Command[] = [
    ...places,
    {
      id: "new-key",
      label: t.newKey,
      group: t.account,
      icon: <KeyRound className="size-4" />,
      words: frame.en.newKey,
      run: () => void navigate({ to: "/settings/api-keys", hash: "new" }),
    },
    {
      id: "sign-out",
      label: t.signOut,
      group: t.account,
      icon: <LogOut className="size-4" />,
      words: frame.en.signOut,
      run: signOut,
    },
    ...choices,
    {
      id: "help",
      label: t.help,
      group: t.appearance,
      icon: <CircleHelp className="size-4" />,
      words: frame.en.help,
      keys: "?",
      run: onHelp,
    },
  ];
  return (
    <CommandPalette label={t.palette} placeholder={t.find} commands={commands} isOpen={isOpen} onClose={onClose} />
  );
}

function usePlaces(): Command[] {
  const t = useMessages(frame);
  const s = useMessages(settingsMessages);
  const { roles } = useSession();
  const navigate = useNavigate();
  return useMemo(() => {
    const places = PLACES.map((place) => ({
      id: place.to,
      label: t[place.name],
      group: t.goTo,
      icon: <place.icon className="size-4" />,
      words: frame.en[place.name],
      keys: `G+${place.key.toUpperCase()}`,
      run: () => void navigate({ to: place.to }),
    }));
    const sections = SECTIONS.filter((section) => section.isFor(roles)).map((section) => ({
      id: section.to,
      label: `${t.settings}: ${s[section.name]}`,
      group: t.goTo,
      icon: <section.icon className="size-4" />,
      words: `${frame.en.settings} ${settingsMessages.en[section.name]}`,
      run: () => void navigate({ to: section.to }),
    }));
    return [...places, ...sections];
  }, [t, s, roles, navigate]);
}

function useChoices(): Command[] {
  const t = useMessages(frame);
  const { chosen, choose } = usePreferences();
  const themes = { auto: t.themeAuto, light: t.themeLight, dark: t.themeDark };
  const languages = { auto: t.languageAuto, ...LANGUAGE_NAMES };
  const theme = (["auto", "light", "dark"] as const)
    .filter((value) => value !== chosen.theme)
    .map((value) => ({
      id: `theme-${value}`,
      label: t.useTheme(themes[value]),
      group: t.appearance,
      icon: <SunMoon className="size-4" />,
      words: `theme ${value}`,
      run: () => choose({ theme: value }),
    }));
  const language = (["auto", "ko", "en"] as const)
    .filter((value) => value !== chosen.language)
    .map((value) => ({
      id: `language-${value}`,
      label: t.useLanguage(languages[value]),
      group: t.appearance,
      icon: <Languages className="size-4" />,
      words: `language ${value}`,
      run: () => choose({ language: value }),
    }));
  return [...theme, ...language];
}
