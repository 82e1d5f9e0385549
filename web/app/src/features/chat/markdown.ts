/** A small, safe part of Markdown as data: what models write, and nothing that loads or leads anywhere. */

export type Inline =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "strong" | "em"; readonly content: readonly Inline[] }
  /** A link or an image: its words, and its address as text. */
  | { readonly kind: "address"; readonly content: readonly Inline[]; readonly address: string };

export type Block =
  | { readonly kind: "paragraph" | "quote"; readonly content: readonly Inline[] }
  | { readonly kind: "heading"; readonly level: number; readonly content: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "list"; readonly isOrdered: boolean; readonly start: number; readonly items: readonly Item[] }
  | { readonly kind: "table"; readonly rows: readonly (readonly (readonly Inline[])[])[] }
  | { readonly kind: "rule" };

export interface Item {
  readonly depth: number;
  readonly content: readonly Inline[];
}

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/;
const QUOTE = /^\s*>\s?(.*)$/;
const TABLE = /^\s*\|.*\|\s*$/;
const TABLE_LINE = /^[\s|:-]+$/;
const SPECIAL = [FENCE, HEADING, RULE, ITEM, QUOTE, TABLE];
const MOST_DEPTH = 4;

/** The blocks of a text. Half-written text is read as far as it goes. */
export function readMarkdown(text: string): readonly Block[] {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = readBlock(lines, at);
    if (block !== undefined) blocks.push(block);
    at = next;
  }
  return blocks;
}

function readBlock(lines: readonly string[], at: number): readonly [Block | undefined, number] {
  const line = lines[at] ?? "";
  if (line.trim() === "") return [undefined, at + 1];
  const fence = FENCE.exec(line);
  if (fence !== null) return readFence(lines, at, fence[1] ?? "");
  const heading = HEADING.exec(line);
  if (heading !== null) {
    const [, marks = "", title = ""] = heading;
    return [{ kind: "heading", level: marks.length, content: readInline(title) }, at + 1];
  }
  if (RULE.test(line)) return [{ kind: "rule" }, at + 1];
  if (ITEM.test(line)) return readList(lines, at);
  if (QUOTE.test(line)) {
    const end = endOf(lines, at, (one) => QUOTE.test(one));
    const quoted = lines.slice(at, end).map((one) => QUOTE.exec(one)?.[1] ?? "");
    return [{ kind: "quote", content: readInline(quoted.join("\n")) }, end];
  }
  if (TABLE.test(line)) return readTable(lines, at);
  const end = endOf(lines, at + 1, (one) => one.trim() !== "" && !SPECIAL.some((pattern) => pattern.test(one)));
  return [{ kind: "paragraph", content: readInline(lines.slice(at, end).join("\n")) }, end];
}

function readFence(lines: readonly string[], at: number, mark: string): readonly [Block, number] {
  const end = endOf(lines, at + 1, (line) => !line.trimStart().startsWith(mark));
  return [{ kind: "code", text: lines.slice(at + 1, end).join("\n") }, end + 1];
}

function readList(lines: readonly string[], at: number): readonly [Block, number] {
  const first = ITEM.exec(lines[at] ?? "");
  const isOrdered = first?.[3] !== undefined;
  const end = endOf(lines, at, (line) => {
    const item = ITEM.exec(line);
    return item !== null && !RULE.test(line) && (isIndented(item) || (item[3] !== undefined) === isOrdered);
  });
  const items = lines.slice(at, end).map((line) => {
    const [, indent = "", , , text = ""] = ITEM.exec(line) ?? [];
    return { depth: Math.min(MOST_DEPTH, Math.floor(indent.length / 2)), content: readInline(text) };
  });
  return [{ kind: "list", isOrdered, start: Number(first?.[3] ?? 1), items }, end];
}

function isIndented(item: RegExpExecArray): boolean {
  return (item[1] ?? "").length >= 2;
}

function readTable(lines: readonly string[], at: number): readonly [Block, number] {
  const end = endOf(lines, at, (line) => TABLE.test(line));
  const rows = lines
    .slice(at, end)
    .filter((line) => !TABLE_LINE.test(line))
    .map((line) => line.trim().slice(1, -1).split("|"))
    .map((cells) => cells.map((cell) => readInline(cell.trim())));
  return [{ kind: "table", rows }, end];
}

function endOf(lines: readonly string[], from: number, goesOn: (line: string) => boolean): number {
  let at = from;
  while (at < lines.length && goesOn(lines[at] ?? "")) at += 1;
  return at;
}

// Code, link or image, bold, italic. Every piece is bounded, so that no text takes long.
const PIECE =
  /(`+)([^`]{1,2000}?)\1|!?\[([^\]\n]{0,500})\]\(<?([^)\s>]{1,2000})>?[^)\n]{0,200}\)|\*\*([^\n]{1,2000}?)\*\*|__([^\n]{1,2000}?)__|\*([^*\s][^*\n]{0,2000}?)\*|(?<!\w)_([^_\s][^_\n]{0,2000}?)_(?!\w)/u;

/** The pieces of a line. */
export function readInline(text: string): readonly Inline[] {
  const found: Inline[] = [];
  let rest = text;
  for (let match = PIECE.exec(rest); match !== null; match = PIECE.exec(rest)) {
    if (match.index > 0) found.push({ kind: "text", text: rest.slice(0, match.index) });
    found.push(pieceOf(match));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== "") found.push({ kind: "text", text: rest });
  return found;
}

function pieceOf(match: RegExpExecArray): Inline {
  const [, , code, words, address, strong, strongToo, em, emToo] = match;
  if (code !== undefined) return { kind: "code", text: code };
  if (address !== undefined) return { kind: "address", content: readInline(words ?? ""), address };
  const bold = strong ?? strongToo;
  if (bold !== undefined) return { kind: "strong", content: readInline(bold) };
  return { kind: "em", content: readInline(em ?? emToo ?? "") };
}
