import type { ReactNode } from "react";

export interface PageProps {
  title: string;
  about?: ReactNode;
  /** Buttons and links beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page: its name in the tab and on top, and its content in a calm width. */
export function Page({ title, about, actions, children }: PageProps) {
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-5 px-4 py-6 md:px-8 md:py-8">
      <title>{`${title} · Madang`}</title>
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {about === undefined ? null : <div className="mt-1 text-muted">{about}</div>}
        </div>
        {actions}
      </div>
      {children}
    </div>
  );
}
