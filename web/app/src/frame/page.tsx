import type { ReactNode } from "react";

/** A page: its name in the tab and on top, and its content in a calm width. */
export function Page({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-5 px-4 py-6 md:px-8 md:py-8">
      <title>{`${title} · Madang`}</title>
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        {about === undefined ? null : <div className="mt-1 text-muted">{about}</div>}
      </div>
      {children}
    </div>
  );
}
