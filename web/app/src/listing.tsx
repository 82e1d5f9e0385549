import { Skeleton, Table, type Column } from "@madang/ui";
import type { ReactNode } from "react";
import { isUnreachable } from "./api.ts";
import type { Loaded } from "./pages.ts";
import { ProblemNotice } from "./problem.tsx";

export interface ListingProps<T> {
  label: string;
  list: Loaded<T>;
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  empty: ReactNode;
}

/** A list in any of its states. What was loaded stays while the server is away; the banner of the frame says so. */
export function Listing<T>({ label, list, columns, rowKey, empty }: ListingProps<T>) {
  const isShowing = list.rows.length > 0;
  if (list.error !== null && !(isShowing && isUnreachable(list.error))) {
    return (
      <div className="p-4">
        <ProblemNotice error={list.error} onRetry={list.retry} />
      </div>
    );
  }
  if (list.isPending) {
    return (
      <div className="p-4">
        <Skeleton lines={4} />
      </div>
    );
  }
  return <Table label={label} columns={columns} rows={list.rows} rowKey={rowKey} empty={empty} onEnd={list.more} />;
}
