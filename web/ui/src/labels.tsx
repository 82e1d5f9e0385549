import { createContext, use, type ReactNode } from "react";

/** The words of this package's own parts, in the user's language. */
export interface Labels {
  close: string;
  cancel: string;
  copy: string;
  copied: string;
  copyFailed: string;
  loading: string;
  trace: string;
  where: string;
  wholeDocument: string;
  retry: string;
  dismiss: string;
  noResults: string;
  expand: string;
  collapse: string;
  characters: (count: number) => string;
  entries: (count: number) => string;
}

const english: Labels = {
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Copying was refused by the browser",
  loading: "Loading",
  trace: "Trace",
  where: "Where",
  wholeDocument: "the whole input",
  retry: "Try again",
  dismiss: "Dismiss",
  noResults: "Nothing found",
  expand: "Expand",
  collapse: "Collapse",
  characters: (count) => `${count.toLocaleString("en")} characters`,
  entries: (count) => (count === 1 ? "1 entry" : `${count.toLocaleString("en")} entries`),
};

const LabelsContext = createContext<Labels>(english);

export function LabelsProvider({ labels, children }: { labels: Labels; children: ReactNode }) {
  return <LabelsContext value={labels}>{children}</LabelsContext>;
}

export function useLabels(): Labels {
  return use(LabelsContext);
}
