import {
  BrainCircuit,
  History,
  KeyRound,
  MonitorSmartphone,
  Server,
  SlidersHorizontal,
  type LucideIcon,
} from "lucide-react";
import { tables } from "../../i18n/tables.ts";
import { isAdministrator, type Role } from "./session.ts";

export const settingsMessages = tables(
  {
    title: "Settings",
    sections: "Sections of the settings",
    general: "General",
    models: "Models",
    apiKeys: "API keys",
    browsers: "Browsers",
    installation: "Installation",
    audit: "Audit trail",
  },
  {
    title: "설정",
    sections: "설정 항목",
    general: "일반",
    models: "모델",
    apiKeys: "API 키",
    browsers: "브라우저",
    installation: "설치 정보",
    audit: "감사 기록",
  },
);

export interface Section {
  to:
    | "/settings/general"
    | "/settings/models"
    | "/settings/api-keys"
    | "/settings/browsers"
    | "/settings/installation"
    | "/settings/audit";
  name: "general" | "models" | "apiKeys" | "browsers" | "installation" | "audit";
  icon: LucideIcon;
  isFor: (roles: readonly Role[]) => boolean;
}

const everybody = (): boolean => true;

export const SECTIONS: readonly Section[] = [
  { to: "/settings/general", name: "general", icon: SlidersHorizontal, isFor: everybody },
  { to: "/settings/models", name: "models", icon: BrainCircuit, isFor: everybody },
  { to: "/settings/api-keys", name: "apiKeys", icon: KeyRound, isFor: everybody },
  { to: "/settings/browsers", name: "browsers", icon: MonitorSmartphone, isFor: everybody },
  { to: "/settings/installation", name: "installation", icon: Server, isFor: everybody },
  { to: "/settings/audit", name: "audit", icon: History, isFor: isAdministrator },
];
