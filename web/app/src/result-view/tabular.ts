type JsonObject = Readonly<Record<string, unknown>>;

/** Rows of objects found in a value, and the members that make columns. */
export interface Tabular {
  /** The member that holds the rows; undefined where the value is the rows. */
  member: string | undefined;
  rows: readonly JsonObject[];
  columns: readonly string[];
  /** Whether the rows are what the value is about, and not one member of a thing that has many. */
  isMain: boolean;
}

const LOOK = 200;
/** A page of a list has its rows and little more: a cursor, a count. */
const PAGE_MEMBERS = 4;
const COLUMNS = 6;
const TEXT = 160;

/**
 * The table in a value: a list of objects, or an object with one such list (`{data: [...], next}`). Only the first rows
 * are looked at, so that a large value costs no more than a small one.
 */
export function tableOf(value: unknown): Tabular | undefined {
  if (isRows(value)) return { member: undefined, rows: value, columns: columnsOf(value), isMain: true };
  if (!isObject(value)) return undefined;
  const lists = Object.entries(value).filter((entry): entry is [string, JsonObject[]] => isRows(entry[1]));
  const [only] = lists;
  if (only === undefined || lists.length > 1) return undefined;
  const isMain = Object.keys(value).length <= PAGE_MEMBERS;
  return { member: only[0], rows: only[1], columns: columnsOf(only[1]), isMain };
}

/** A value on one line. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return cut(value);
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[${String(value.length)}]`;
  if (isObject(value)) return objectText(value);
  return JSON.stringify(value);
}

/** The file that a value stands for: `{"$file": {name, media_type, data}}`. */
export interface FileValue {
  name: string;
  mediaType: string;
  /** Base64; undefined where the bytes are kept elsewhere. */
  data: string | undefined;
}

export function fileOf(value: unknown): FileValue | undefined {
  const file = isObject(value) && Object.keys(value).length === 1 ? value["$file"] : undefined;
  if (!isObject(file)) return undefined;
  const text = (name: string): string | undefined => (typeof file[name] === "string" ? file[name] : undefined);
  return {
    name: text("name") ?? "file",
    mediaType: text("media_type") ?? "application/octet-stream",
    data: text("data"),
  };
}

function isRows(value: unknown): value is JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.slice(0, LOOK).every(isObject);
}

/** The members that most rows have, plain values before lists and objects, in the order of the first row. */
function columnsOf(rows: readonly JsonObject[]): readonly string[] {
  const seen = new Map<string, { count: number; plain: number }>();
  for (const row of rows.slice(0, LOOK)) {
    for (const [name, value] of Object.entries(row)) {
      const known = seen.get(name) ?? { count: 0, plain: 0 };
      const isPlain = typeof value !== "object" || value === null;
      seen.set(name, { count: known.count + 1, plain: known.plain + (isPlain ? 1 : 0) });
    }
  }
  const names = [...seen.keys()];
  const best = [...seen]
    .sort(([, one], [, other]) => other.plain - one.plain || other.count - one.count)
    .slice(0, COLUMNS)
    .map(([name]) => name);
  return names.filter((name) => best.includes(name));
}

function objectText(value: JsonObject): string {
  const name = ["name", "title", "login", "label", "id"]
    .map((key) => value[key])
    .find((one) => typeof one === "string");
  return name === undefined ? `{${Object.keys(value).slice(0, 4).join(", ")}}` : cut(name);
}

function cut(text: string): string {
  const line = text.slice(0, TEXT).replace(/\s+/g, " ");
  return text.length > TEXT ? `${line}…` : line;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
