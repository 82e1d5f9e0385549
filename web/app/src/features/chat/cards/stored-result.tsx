import { take, type Schemas, type StoredValue } from "@madang/sdk";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight, Download } from "lucide-react";
import { useState } from "react";
import { Button, Skeleton, cx } from "@madang/ui";
import { madang } from "../../../api.ts";
import { common } from "../../../i18n/common.ts";
import { useFormat } from "../../../i18n/format.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { ResultView } from "../../../result-view/index.tsx";
import { useFold } from "./fold.ts";
import { sizeText } from "./size.ts";
import { useCardWords } from "./words.ts";

const PREVIEW_CHARACTERS = 120;

type Member = Schemas["MemberView"];

/** A result that is too large to come whole: its beginning, then part by part what a person opens, or all as a file. */
export function StoredResult({ stored }: { stored: StoredValue }) {
  const t = useCardWords();
  const [isWhole, setWhole] = useState(false);
  const size = sizeText(stored.bytes);
  const isFile = stored.kind === "binary";
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <p className="text-muted">{isFile ? t.resultFile(size) : isWhole ? t.resultSize(size) : t.resultStored(size)}</p>
      {isFile ? null : isWhole ? <Whole id={stored.id} /> : <ResultView value={stored.preview} />}
      <div className="flex flex-wrap items-center gap-2">
        {isFile || isWhole ? null : <Button onClick={() => setWhole(true)}>{t.resultWhole}</Button>}
        <a
          href={`/api/results/${encodeURIComponent(stored.id)}/content`}
          download
          className="flex h-8 items-center gap-1.5 rounded-md px-2 text-sm font-medium text-accent hover:bg-hover pointer-coarse:h-10"
        >
          <Download aria-hidden className="size-4" />
          {t.resultDownload}
        </a>
      </div>
    </div>
  );
}

function Whole({ id }: { id: string }) {
  const t = useCardWords();
  return (
    <div
      data-scroller
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
      tabIndex={0}
      role="group"
      aria-label={t.result}
      className="max-h-[60vh] overflow-y-auto rounded-md border border-line bg-sunken px-2 py-1.5"
    >
      <Slices id={id} pointer="" />
    </div>
  );
}

/** The members at a place, a hundred at a time. */
function Slices({ id, pointer }: { id: string; pointer: string }) {
  const c = useMessages(common);
  const slices = useInfiniteQuery({
    queryKey: ["results", id, pointer],
    queryFn: ({ pageParam, signal }) =>
      take(
        madang.GET("/api/results/{result_id}", {
          params: { path: { result_id: id }, query: { pointer, offset: pageParam } },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next ?? undefined,
    // What is stored does not change.
    staleTime: Infinity,
  });
  if (slices.isError) return <ProblemNotice error={slices.error} onRetry={() => void slices.refetch()} />;
  if (slices.isPending) return <Skeleton lines={3} />;
  const members = slices.data.pages.flatMap((page) => page.members);
  const isText = slices.data.pages[0]?.here === "text";
  return (
    <div className="flex min-w-0 flex-col gap-1">
      {isText ? (
        <p className="font-mono text-sm wrap-anywhere whitespace-pre-wrap">
          {members.map((one) => one.value).join("")}
        </p>
      ) : (
        <ul className={cx("flex min-w-0 flex-col font-mono text-sm", pointer !== "" && "border-l border-line pl-3")}>
          {members.map((one) => (
            <MemberRow key={one.pointer} id={id} member={one} />
          ))}
        </ul>
      )}
      {slices.hasNextPage ? (
        <Button
          size="sm"
          className="self-start"
          isBusy={slices.isFetchingNextPage}
          onClick={() => void slices.fetchNextPage()}
        >
          {c.more}
        </Button>
      ) : null}
    </div>
  );
}

function MemberRow({ id, member }: { id: string; member: Member }) {
  const t = useCardWords();
  const format = useFormat();
  const { isOpen, buttonProps, bodyProps } = useFold(false);
  const canOpen = member.kind === "object" || member.kind === "array" || !member.is_whole;
  if (!canOpen) {
    return (
      <li className="flex min-w-0 gap-2 py-0.5 pl-5">
        <span className="shrink-0 text-muted">{member.key}</span>
        <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">{JSON.stringify(member.value)}</span>
      </li>
    );
  }
  return (
    <li className="flex min-w-0 flex-col">
      <button
        type="button"
        {...buttonProps}
        className="flex min-w-0 items-center gap-1 rounded-md py-0.5 text-left hover:bg-hover pointer-coarse:min-h-9"
      >
        <ChevronRight aria-hidden className={cx("size-4 shrink-0 text-muted", isOpen && "rotate-90")} />
        <span className="shrink-0 text-muted">{member.key}</span>
        <span className="ml-1 truncate text-muted">
          {member.items === null ? "" : `${t.resultEntries(format.number(member.items))} `}
          {isOpen ? "" : JSON.stringify(member.value).slice(0, PREVIEW_CHARACTERS)}
        </span>
      </button>
      {isOpen ? (
        <div {...bodyProps} className="ml-2 pb-1">
          <Slices id={id} pointer={member.pointer} />
        </div>
      ) : null}
    </li>
  );
}
