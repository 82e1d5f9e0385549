import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { PLACES } from "./navigation.ts";

export interface ShortcutHandlers {
  onPalette: () => void;
  onHelp: () => void;
  onRail: () => void;
}

const SEQUENCE_MILLISECONDS = 1200;

/** The keys of the frame: Mod+K, `?`, `[`, and `g` with the letter of a place. Never while a person types. */
export function useShortcuts(handlers: ShortcutHandlers): void {
  const navigate = useNavigate();
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    let goAt = 0;
    const press = (event: KeyboardEvent): void => {
      if (isPaletteKey(event)) {
        event.preventDefault();
        latest.current.onPalette();
        return;
      }
      if (hasModifier(event) || event.isComposing || isTyping(event.target)) return;
      const place =
        event.timeStamp - goAt < SEQUENCE_MILLISECONDS ? PLACES.find((one) => one.key === event.key) : undefined;
      goAt = event.key === "g" ? event.timeStamp : 0;
      if (place !== undefined) void navigate({ to: place.to });
      else if (event.key === "?") latest.current.onHelp();
      else if (event.key === "[") latest.current.onRail();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [navigate]);
}

function isPaletteKey(event: KeyboardEvent): boolean {
  return (event.metaKey || event.ctrlKey) && !event.altKey && event.key.toLowerCase() === "k";
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.metaKey || event.ctrlKey || event.altKey;
}

/** Whether keys belong to a field, or to a dialog, which has keys of its own. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]") !== null
  );
}
