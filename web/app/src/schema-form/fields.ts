import { isObject, referenceName, resolve, without, type JsonObject } from "./schema.ts";

/** A member of an object. */
export interface Member {
  name: string;
  schema: unknown;
  isRequired: boolean;
}

/** One alternative of a union. */
export interface Branch {
  label: string;
  schema: unknown;
}

type Control =
  | { kind: "text"; input: "text" | "url" | "email" | "date"; isLong: boolean; canBeEmpty: boolean }
  | { kind: "secret" | "boolean" | "file" | "json" }
  | { kind: "number"; isInteger: boolean }
  | { kind: "choice"; options: readonly unknown[] }
  | { kind: "object"; members: readonly Member[] }
  | { kind: "list"; item: unknown }
  | { kind: "union"; branches: readonly Branch[] };

/** How a place of a schema is asked for. `json` is for what no form says: any value, maps, tuples. */
export type Shape = Control & {
  description: string;
  isNullable: boolean;
  /** What the API takes where nothing is given, as text. */
  defaultText: string | undefined;
  example: string | undefined;
};

/** Deeper places are written as JSON: nobody fills in a form inside a form inside a form. */
const DEPTH_LIMIT = 6;
const LONG_LENGTH = 2000;
const LONG_NAME = /^(body|content|contents|text|message|description|comment|note|notes|markdown|html|prompt)$/i;
const SECRET_NAME =
  /passw(or)?d|passphrase|secret|token|api_?key|credential|private_?key|(^|_)(pin|cvv|cvc|otp|ssn)(_|$)/i;
const INPUTS = { uri: "url", email: "email", date: "date" } as const;

/** How to ask for a place with this schema under this name. */
export function shapeOf(schema: unknown, definitions: JsonObject, name = "", depth = 0): Shape {
  const [inner, isNullable] = withoutNull(resolve(schema, definitions), definitions);
  const { description, title } = inner;
  return {
    ...controlOf(inner, definitions, name, depth),
    isNullable,
    description: typeof description === "string" ? description : typeof title === "string" ? title : "",
    defaultText: inner["default"] === undefined ? undefined : textOf(inner["default"]),
    example: exampleOf(inner),
  };
}

/** The value to begin with: what has to be there and has one way only to be there. */
export function initialValue(schema: unknown, definitions: JsonObject, depth = 0): unknown {
  const shape = shapeOf(schema, definitions, "", depth);
  if (shape.kind === "object") {
    const required = shape.members.filter((member) => member.isRequired);
    const entries = required.map(
      ({ name, schema: inner }) => [name, initialValue(inner, definitions, depth + 1)] as const,
    );
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  if (shape.kind === "choice" && shape.options.length === 1) return shape.options[0];
  if (shape.kind === "list") return [];
  if (shape.kind === "union") return initialValue(shape.branches[0]?.schema, definitions, depth + 1);
  return shape.isNullable ? null : undefined;
}

/** What a control that was emptied leaves behind: nothing, or what says "empty" where something has to be there. */
export function emptied(shape: Shape, isRequired: boolean): unknown {
  if (!isRequired) return undefined;
  if (shape.isNullable) return null;
  return shape.kind === "text" && shape.canBeEmpty ? "" : undefined;
}

/**
 * The number that a text means. A text that is none, or that a number would not keep as it is (`1.`, thirty digits),
 * stays a text: the server reads it exactly, or says what is wrong with it.
 */
export function numberOf(text: string): number | string {
  const value = Number(text);
  return String(value) === text ? value : text;
}

/** The object with another member; without it where the value is undefined. */
export function withMember(value: unknown, name: string, member: unknown): JsonObject {
  const before = isObject(value) ? value : {};
  return member === undefined ? without(before, [name]) : { ...before, [name]: member };
}

/** The list with another item in a place; one past the end appends. */
export function withItem(value: unknown, index: number, item: unknown): readonly unknown[] {
  const items: unknown[] = Array.isArray(value) ? [...(value as unknown[])] : [];
  // A list has no holes; an item that was emptied is null until it is removed.
  items[index] = item ?? null;
  return items;
}

export function withoutItem(value: unknown, index: number): readonly unknown[] {
  return Array.isArray(value) ? value.filter((_, at) => at !== index) : [];
}

/** The branch of a union that a value most likely is of. */
export function branchOf(value: unknown, branches: readonly Branch[], definitions: JsonObject): number {
  const scores = branches.map((branch) => likeness(value, resolve(branch.schema, definitions), definitions));
  return Math.max(0, scores.indexOf(Math.max(...scores)));
}

function controlOf(schema: JsonObject, definitions: JsonObject, name: string, depth: number): Control {
  if ("const" in schema) return { kind: "choice", options: [schema["const"]] };
  if (Array.isArray(schema["enum"])) return { kind: "choice", options: schema["enum"].filter((one) => one !== null) };
  if (depth > DEPTH_LIMIT) return { kind: "json" };
  const branches = branchesOf(schema, definitions);
  if (branches !== undefined) return unionOf(branches, definitions);
  switch (typeOf(schema)) {
    case "string":
      return textControl(schema, name);
    case "integer":
    case "number":
      return { kind: "number", isInteger: schema["type"] === "integer" };
    case "boolean":
      return { kind: "boolean" };
    case "object":
      return objectControl(schema, definitions);
    case "array":
      return isObject(schema["items"]) ? { kind: "list", item: schema["items"] } : { kind: "json" };
    default:
      return { kind: "json" };
  }
}

function textControl(schema: JsonObject, name: string): Control {
  const { format } = schema;
  if (isFile(schema)) return { kind: "file" };
  if (isSecret(schema, name)) return { kind: "secret" };
  const input = typeof format === "string" && format in INPUTS ? INPUTS[format as keyof typeof INPUTS] : "text";
  const most = schema["maxLength"];
  const isLong = input === "text" && (LONG_NAME.test(name) || (typeof most === "number" && most > LONG_LENGTH));
  const canBeEmpty = input === "text" && (schema["minLength"] ?? 0) === 0;
  return { kind: "text", input, isLong, canBeEmpty };
}

/** The places that a model never sees, as the server marks them. */
function isSecret(schema: JsonObject, name: string): boolean {
  const isMarked = schema["format"] === "password" || schema["x-madang-human"] === true;
  return isMarked || (schema["writeOnly"] === true && SECRET_NAME.test(name));
}

function isFile(schema: JsonObject): boolean {
  if (schema["format"] === "binary" || schema["type"] === "file") return true;
  const media = schema["contentMediaType"];
  return typeof media === "string" && !/^(text\/|application\/json)/.test(media) && !("contentEncoding" in schema);
}

function objectControl(schema: JsonObject, definitions: JsonObject): Control {
  const properties = isObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  if (properties.length === 0)
    return schema["additionalProperties"] === false ? { kind: "object", members: [] } : { kind: "json" };
  const required: unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  const members = properties
    .filter(([, inner]) => resolve(inner, definitions)["readOnly"] !== true)
    .map(([name, inner]) => ({ name, schema: inner, isRequired: required.includes(name) }));
  return { kind: "object", members };
}

function unionOf(branches: readonly unknown[], definitions: JsonObject): Control {
  const resolved = branches.map((branch) => resolve(branch, definitions));
  if (resolved.every((branch) => "const" in branch || Array.isArray(branch["enum"]))) {
    const options = resolved.flatMap((branch) =>
      "const" in branch ? [branch["const"]] : (branch["enum"] as unknown[]),
    );
    return { kind: "choice", options: [...new Set(options)] };
  }
  const labelled = branches.map((schema, index) => ({ schema, label: labelOf(schema, resolved[index] ?? {}, index) }));
  return { kind: "union", branches: labelled };
}

function labelOf(schema: unknown, resolved: JsonObject, index: number): string {
  const { title } = resolved;
  const name = typeof title === "string" && title !== "" ? title : (referenceName(schema) ?? typeOf(resolved));
  return name ?? `#${String(index + 1)}`;
}

/** The alternatives of a schema, but null; undefined for a schema that is no union. */
function branchesOf(schema: JsonObject, definitions: JsonObject): readonly unknown[] | undefined {
  const listed = schema["oneOf"] ?? schema["anyOf"];
  if (Array.isArray(listed)) {
    // Branches that only say which members go together are no alternatives to choose from.
    if (listed.every((branch) => isObject(branch) && Object.keys(branch).every((key) => key === "required")))
      return undefined;
    const branches: unknown[] = listed.filter((branch) => resolve(branch, definitions)["type"] !== "null");
    return isObject(schema["properties"]) ? branches.map((branch) => withOuter(schema, branch)) : branches;
  }
  const types = schema["type"];
  return Array.isArray(types) && types.length > 1 ? types.map((type: unknown) => ({ ...schema, type })) : undefined;
}

/** A branch together with what its union says of all of them. */
function withOuter(union: JsonObject, branch: unknown): JsonObject {
  const outer = without(union, ["oneOf", "anyOf", "title", "description"]);
  const name = referenceName(branch);
  return { ...(name === undefined ? {} : { title: name }), allOf: [outer, branch] };
}

/** The schema without null as one of its types or branches, and whether it had it. */
function withoutNull(schema: JsonObject, definitions: JsonObject): [JsonObject, boolean] {
  const types = schema["type"];
  if (Array.isArray(types) && types.includes("null")) {
    const left = types.filter((type) => type !== "null");
    return [{ ...schema, type: left.length === 1 ? (left[0] as unknown) : left }, true];
  }
  const all = schema["oneOf"] ?? schema["anyOf"];
  const branches = Array.isArray(all) ? branchesOf(schema, definitions) : undefined;
  if (branches === undefined) return [schema, schema["nullable"] === true];
  const isNullable = Array.isArray(all) && branches.length < all.length;
  if (branches.length !== 1) return [schema, isNullable];
  return [{ ...resolve(branches[0], definitions), ...without(schema, ["oneOf", "anyOf"]) }, isNullable];
}

function typeOf(schema: JsonObject): string | undefined {
  const { type } = schema;
  if (Array.isArray(type)) return type.length === 1 ? String(type[0]) : undefined;
  if (typeof type === "string") return type === "file" ? "string" : type;
  if (isObject(schema["properties"])) return "object";
  if (isObject(schema["items"])) return "array";
  return undefined;
}

function likeness(value: unknown, schema: JsonObject, definitions: JsonObject): number {
  const kind = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  const type = typeOf(schema);
  const isSame = type === kind || (type === "integer" && kind === "number");
  if (!isSame) return 0;
  if (!isObject(value) || !isObject(schema["properties"])) return 1;
  const properties = schema["properties"];
  return Object.entries(value).reduce((score, [name, member]) => {
    if (!(name in properties)) return score - 1;
    const inner = resolve(properties[name], definitions);
    return "const" in inner ? score + (inner["const"] === member ? 100 : -100) : score + 1;
  }, 1);
}

function exampleOf(schema: JsonObject): string | undefined {
  const listed: unknown = Array.isArray(schema["examples"]) ? schema["examples"][0] : schema["example"];
  return listed === undefined || listed === null || typeof listed === "object" ? undefined : textOf(listed);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
