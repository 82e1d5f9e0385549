import type { Labels } from "@madang/ui";
import { Format } from "./format.ts";
import { tables } from "./tables.ts";

const en = new Format("en");
const ko = new Format("ko");

/** Words that several pages share. */
export const common = tables(
  {
    retry: "Try again",
    unreachableTitle: "Madang does not answer",
    unreachableDetail: "It may have stopped, or be starting. This page asks again by itself.",
    unknownTitle: "This page ran into a fault",
    never: "never",
    more: "Load more",
  },
  {
    retry: "다시 시도",
    unreachableTitle: "Madang이 응답하지 않습니다",
    unreachableDetail: "멈췄거나 시작하는 중일 수 있습니다. 이 페이지가 자동으로 다시 연결합니다.",
    unknownTitle: "이 페이지에서 오류가 발생했습니다",
    never: "없음",
    more: "더 보기",
  },
);

/** The words of the design system's own parts. */
export const labels: { en: Labels; ko: Labels } = {
  en: {
    close: "Close",
    cancel: "Cancel",
    copy: "Copy",
    copied: "Copied",
    copyFailed: "The browser refused to copy; select the text and copy it by hand",
    loading: "Loading",
    trace: "Trace",
    where: "Where",
    wholeDocument: "the whole input",
    retry: "Try again",
    dismiss: "Dismiss",
    noResults: "Nothing found",
    expand: "Expand",
    collapse: "Collapse",
    characters: (count) => `${en.number(count)} characters`,
    entries: (count) => (count === 1 ? "1 entry" : `${en.number(count)} entries`),
  },
  ko: {
    close: "닫기",
    cancel: "취소",
    copy: "복사",
    copied: "복사됨",
    copyFailed: "브라우저가 복사를 거부했습니다. 글을 선택해 직접 복사하세요",
    loading: "불러오는 중",
    trace: "추적 번호",
    where: "위치",
    wholeDocument: "입력 전체",
    retry: "다시 시도",
    dismiss: "지우기",
    noResults: "찾은 것이 없습니다",
    expand: "펼치기",
    collapse: "접기",
    characters: (count) => `${ko.number(count)}자`,
    entries: (count) => `${ko.number(count)}개`,
  },
};
