/** One line of a JSON value that is shown as a tree. */
export interface JsonRow {
  /** A JSON pointer (RFC 6901); a group of a long list has `…FROM` behind it. */
  id: string;
  depth: number;
  label: string;
  kind: "object" | "array" | "group" | "string" | "number" | "boolean" | "null";
  /** The text of a value, whole; of a container the number of its entries. */
  text: string;
  size: number;
  canOpen: boolean;
  isOpen: boolean;
}

/** Children beyond this many are put in groups of it. */
export const GROUP = 100;
/** Longer texts are cut until they are opened. */
export const LONG_TEXT = 160;

type Child = readonly [key: string, value: unknown];

/** The lines that are visible while `open` holds the ids of what is open. Closed parts are not walked. */
export function jsonRows(value: unknown, open: ReadonlySet<string>, label = ""): JsonRow[] {
  const rows: JsonRow[] = [];
  walk(rows, open, "", 0, label, value);
  return rows;
}

function walk(
  rows: JsonRow[],
  open: ReadonlySet<string>,
  id: string,
  depth: number,
  label: string,
  value: unknown,
): void {
  const kind = kindOf(value);
  if (kind !== "object" && kind !== "array") {
    const text = typeof value === "string" ? value : String(value);
    const canOpen = text.length > LONG_TEXT;
    rows.push({ id, depth, label, kind, text, size: text.length, canOpen, isOpen: canOpen && open.has(id) });
    return;
  }
  const children = value as object;
  const size = Array.isArray(children) ? children.length : Object.keys(children).length;
  const isOpen = size > 0 && open.has(id);
  rows.push({ id, depth, label, kind, text: "", size, canOpen: size > 0, isOpen });
  if (!isOpen) return;
  const entries: Child[] = Object.entries(children);
  if (size <= GROUP) {
    for (const [key, child] of entries) walk(rows, open, `${id}/${escape(key)}`, depth + 1, key, child);
    return;
  }
  for (let from = 0; from < size; from += GROUP) group(rows, open, id, depth + 1, entries, from);
}

function group(
  rows: JsonRow[],
  open: ReadonlySet<string>,
  parent: string,
  depth: number,
  entries: Child[],
  from: number,
): void {
  const part = entries.slice(from, from + GROUP);
  const id = `${parent}…${String(from)}`;
  const label = `${part[0]?.[0] ?? ""} … ${part.at(-1)?.[0] ?? ""}`;
  const isOpen = open.has(id);
  rows.push({ id, depth, label, kind: "group", text: "", size: part.length, canOpen: true, isOpen });
  if (!isOpen) return;
  for (const [key, child] of part) walk(rows, open, `${parent}/${escape(key)}`, depth + 1, key, child);
}

function kindOf(value: unknown): Exclude<JsonRow["kind"], "group"> {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  const kind = typeof value;
  return kind === "object" || kind === "number" || kind === "boolean" ? kind : "string";
}

function escape(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
