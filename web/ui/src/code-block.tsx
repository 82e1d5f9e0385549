import { CopyButton } from "./copy.tsx";

/** Text to be copied: a command, an example, an identifier. */
export function CodeBlock({ code, label }: { code: string; label?: string }) {
  const isLong = code.includes("\n");
  return (
    <div className="relative flex items-start rounded-md border border-line bg-sunken">
      <pre
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label={label}
        className="min-w-0 flex-1 overflow-x-auto px-3 py-2 font-mono text-sm leading-5"
      >
        <code>{code}</code>
      </pre>
      <div className={isLong ? "p-0.5" : "self-center p-0.5"}>
        <CopyButton text={code} />
      </div>
    </div>
  );
}

/** A name or value in running text. */
export function Code({ children }: { children: string }) {
  return <code className="rounded bg-sunken px-1 py-0.5 font-mono text-[0.92em] wrap-anywhere">{children}</code>;
}
