import { isObject, referenceName, resolve, type JsonObject } from "../../../schema-form/schema.ts";

/** One place of a schema as a tree shows it. */
export interface SchemaNode {
  name: string;
  /** `object`, `array`, `string` ...; `any` where everything is allowed, `union` where there are alternatives. */
  type: string;
  /** Of a list, the type of its items. */
  item: string | undefined;
  description: string;
  /** What else holds, in the words of the schema. */
  limits: string;
  isRequired: boolean;
  isHuman: boolean;
  /** The places in it, not yet looked at. */
  children: readonly Child[];
  open: (definitions: JsonObject) => readonly SchemaNode[];
}

interface Child {
  name: string;
  schema: unknown;
  isRequired: boolean;
}

const LIMITS = [
  "format",
  "minLength",
  "maxLength",
  "pattern",
  "minimum",
  "exclusiveMinimum",
  "maximum",
  "exclusiveMaximum",
  "multipleOf",
  "minItems",
  "maxItems",
  "uniqueItems",
] as const;
const MOST = 200;

/** A place by its name; what is inside is looked at when it is opened. */
export function nodeOf(name: string, schema: unknown, definitions: JsonObject, isRequired: boolean): SchemaNode {
  const inner = resolve(schema, definitions);
  const items = inner["type"] === "array" ? resolve(inner["items"], definitions) : undefined;
  const children = childrenOf(items ?? inner, definitions);
  const { description } = inner;
  return {
    name,
    type: typeOf(inner),
    item: items === undefined ? undefined : typeOf(items),
    description: typeof description === "string" ? description : "",
    limits: limitsOf(items === undefined ? inner : { ...items, ...inner }),
    isRequired,
    isHuman: inner["x-madang-human"] === true || inner["format"] === "password",
    children,
    open: (known) => children.map((child) => nodeOf(child.name, child.schema, known, child.isRequired)),
  };
}

function typeOf(schema: JsonObject): string {
  const { type } = schema;
  if (typeof type === "string") return type;
  if (Array.isArray(type)) return type.join(" | ");
  if (isObject(schema["properties"])) return "object";
  if ("const" in schema || Array.isArray(schema["enum"])) return "enum";
  return branchesOf(schema) === undefined ? "any" : "union";
}

function childrenOf(schema: JsonObject, definitions: JsonObject): readonly Child[] {
  const branches = branchesOf(schema);
  const required: unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  const properties = isObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  const members = properties.map(([name, inner]) => ({ name, schema: inner, isRequired: required.includes(name) }));
  const more = schema["additionalProperties"];
  if (isObject(more) && Object.keys(more).length > 0) members.push({ name: "*", schema: more, isRequired: false });
  const options = (branches ?? []).map((branch, index) => ({
    name: labelOf(branch, definitions, index),
    schema: branch,
    isRequired: false,
  }));
  return [...members, ...options];
}

function branchesOf(schema: JsonObject): readonly unknown[] | undefined {
  const branches = schema["oneOf"] ?? schema["anyOf"];
  return Array.isArray(branches) ? branches : undefined;
}

function labelOf(branch: unknown, definitions: JsonObject, index: number): string {
  const resolved = resolve(branch, definitions);
  const { title } = resolved;
  const name = typeof title === "string" && title !== "" ? title : (referenceName(branch) ?? typeOf(resolved));
  return `${String(index + 1)}: ${name}`;
}

function limitsOf(schema: JsonObject): string {
  const parts = LIMITS.filter((name) => name in schema).map((name) => `${name}: ${textOf(schema[name])}`);
  if ("const" in schema) parts.unshift(textOf(schema["const"]));
  if (Array.isArray(schema["enum"])) parts.unshift(schema["enum"].map(textOf).join(" | "));
  if (schema["default"] !== undefined) parts.push(`default: ${textOf(schema["default"])}`);
  const whole = parts.join(", ");
  return whole.length > MOST ? `${whole.slice(0, MOST)}…` : whole;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
