import { useEffect, type RefObject } from "react";

/**
 * Brings the focus to what is asked when it appears, unless the person is at something else: then it would take the keys
 * from under their hands. Without a selector the place itself gets it: a key that is still held then decides nothing.
 */
export function useAttention(place: RefObject<HTMLElement | null>, selector?: string): void {
  useEffect(() => {
    const now = document.activeElement;
    const isIdle = now === null || now === document.body || (isComposer(now) && now.value === "");
    // On a touch screen a field that has the focus brings up a keyboard over half of the page.
    if (!isIdle || !matchMedia("(pointer: fine)").matches) return;
    const target = selector === undefined ? place.current : place.current?.querySelector<HTMLElement>(selector);
    target?.focus();
  }, [place, selector]);
}

function isComposer(element: Element): element is HTMLTextAreaElement {
  return element instanceof HTMLTextAreaElement && element.dataset["composer"] !== undefined;
}
