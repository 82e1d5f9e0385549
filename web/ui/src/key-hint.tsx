import { cx } from "./cx.ts";

const isApple = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A shortcut as `Mod+K`; Mod is Command on Apple's systems and Ctrl elsewhere. */
export function KeyHint({ keys, isInverse = false }: { keys: string; isInverse?: boolean }) {
  return (
    <kbd className="inline-flex items-center gap-0.5 font-sans text-xs" aria-label={readable(keys)}>
      {readable(keys)
        .split("+")
        .map((key) => (
          <span
            key={key}
            className={cx(
              "inline-flex h-5 min-w-5 items-center justify-center rounded border px-1 leading-none",
              isInverse ? "border-canvas/30" : "border-line bg-sunken text-muted",
            )}
          >
            {key}
          </span>
        ))}
    </kbd>
  );
}

function readable(keys: string): string {
  return keys.replace("Mod", isApple ? "⌘" : "Ctrl");
}
