import { Cable, House, MessagesSquare, Settings, type LucideIcon } from "lucide-react";

/** An entry of the rail, the palette and the shortcuts. A feature enters the frame by adding its own here. */
export interface Place {
  to: "/" | "/chat" | "/connectors" | "/settings";
  name: "home" | "chat" | "connectors" | "settings";
  icon: LucideIcon;
  /** The key that goes there after `g`. */
  key: string;
  isAtEnd?: boolean;
}

export const PLACES: readonly Place[] = [
  { to: "/", name: "home", icon: House, key: "h" },
  { to: "/chat", name: "chat", icon: MessagesSquare, key: "c" },
  { to: "/connectors", name: "connectors", icon: Cable, key: "k" },
  { to: "/settings", name: "settings", icon: Settings, key: "s", isAtEnd: true },
];
