import { useCallback, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

const NEAR_PIXELS = 48;

/** Keeps the end of growing content in view, until a person scrolls up; then says so. */
export function useNewest() {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isHeld = useRef(true);
  const [isAtNewest, setAtNewest] = useState(true);
  const toNewest = useCallback(() => {
    isHeld.current = true;
    setAtNewest(true);
    const place = scroller.current;
    if (place !== null) place.scrollTop = place.scrollHeight;
  }, []);
  useEffect(() => {
    const [place, inside] = [scroller.current, content.current];
    if (place === null || inside === null) return;
    const look = (): void => {
      isHeld.current = place.scrollHeight - place.scrollTop - place.clientHeight < NEAR_PIXELS;
      setAtNewest(isHeld.current);
    };
    const follow = (): void => {
      if (isHeld.current) place.scrollTop = place.scrollHeight;
      else look();
    };
    const sizes = new ResizeObserver(follow);
    sizes.observe(inside);
    sizes.observe(place);
    place.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      place.removeEventListener("scroll", look);
    };
  }, []);
  /** A change that puts something above what is in view, which stays there. */
  const keepInView = useCallback((change: () => void) => {
    const place = scroller.current;
    const before = place?.scrollHeight ?? 0;
    flushSync(change);
    if (place !== null) place.scrollTop += place.scrollHeight - before;
  }, []);
  return { scroller, content, isAtNewest, toNewest, keepInView };
}
