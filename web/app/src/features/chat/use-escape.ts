import { useEffect, useRef } from "react";

/** Escape does this, unless the key belongs to a field, a dialog or a syllable that is being composed. */
export function useEscape(act: (() => void) | undefined): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || isTaken(event.target)) return;
      latest.current?.();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (document.querySelector("[role=dialog], [role=menu]") !== null) return true;
  return target.closest("input, select, textarea:not([data-composer])") !== null;
}
