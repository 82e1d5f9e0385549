import { Format } from "../i18n/format.ts";
import { tables } from "../i18n/tables.ts";

const en = new Format("en");
const ko = new Format("ko");

export const resultView = tables(
  {
    label: "Result",
    view: "How to show it",
    tree: "Tree",
    table: "Table",
    text: "Text",
    rows: (count: number) => (count === 1 ? "1 row" : `${en.number(count)} rows`),
    rowsOf: (count: number, member: string) => `${count === 1 ? "1 row" : `${en.number(count)} rows`} in ${member}`,
    showRow: "Show the whole row",
    row: (number: number) => `Row ${en.number(number)}`,
    rowActions: "Actions",
    nothing: "The answer has no content.",
    emptyText: "The answer is an empty text.",
    wholeText: (characters: number) => `Show all ${en.number(characters)} characters`,
    file: (name: string, media: string) => `${name} (${media})`,
    fileElsewhere: "Its bytes are kept apart.",
    download: "Download",
  },
  {
    label: "결과",
    view: "보기 방식",
    tree: "트리",
    table: "표",
    text: "글",
    rows: (count: number) => `${ko.number(count)}행`,
    rowsOf: (count: number, member: string) => `${member}: ${ko.number(count)}행`,
    showRow: "행 전체 보기",
    row: (number: number) => `${ko.number(number)}번째 행`,
    rowActions: "동작",
    nothing: "응답에 내용이 없습니다.",
    emptyText: "응답이 빈 글입니다.",
    wholeText: (characters: number) => `${ko.number(characters)}자 모두 보기`,
    file: (name: string, media: string) => `파일 ${name} (${media})`,
    fileElsewhere: "내용은 따로 보관되어 있습니다.",
    download: "내려받기",
  },
);
