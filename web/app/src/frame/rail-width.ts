import { useState } from "react";

const KEY = "madang.rail";

/** Whether the rail shows icons only; kept in this browser. */
export function useRailWidth(): { isShort: boolean; toggle: () => void } {
  const [isShort, setShort] = useState(load);
  const toggle = (): void => {
    setShort(!isShort);
    try {
      localStorage.setItem(KEY, isShort ? "long" : "short");
    } catch {
      // Storage may be refused; the width then holds for this visit.
    }
  };
  return { isShort, toggle };
}

function load(): boolean {
  try {
    return localStorage.getItem(KEY) === "short";
  } catch {
    return false;
  }
}
