import type { Page } from "@madang/sdk";
import { keepPreviousData, useInfiniteQuery, type QueryKey } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

export interface Loaded<T> {
  rows: readonly T[];
  error: unknown;
  isPending: boolean;
  /** Load what follows; does nothing while that is under way or at the end. */
  more: () => void;
  retry: () => void;
}

export interface PagesOptions<T> {
  /** Ask again every two seconds while this holds of the rows. */
  refetchWhile?: (rows: readonly T[]) => boolean;
  /** Show the rows of the former key until those of another are here: for a search while it is typed. */
  keepsFormer?: boolean;
}

const AGAIN_MILLISECONDS = 2000;

/** A list of the API that grows as it is scrolled. */
export function usePages<T>(
  key: QueryKey,
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
  { refetchWhile, keepsFormer = false }: PagesOptions<T> = {},
): Loaded<T> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    placeholderData: keepsFormer ? keepPreviousData : undefined,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => refetchWhile?.(page.data)) === true ? AGAIN_MILLISECONDS : false,
  });
  const { data, hasNextPage, isFetchingNextPage, isError, fetchNextPage, refetch } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  return { rows, error: query.error, isPending: query.isPending, more, retry: () => void refetch() };
}
