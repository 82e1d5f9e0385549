/** A JSON value that is an object. */
export type JsonObject = Readonly<Record<string, unknown>>;

const REFERENCE = "#/$defs/";
const CHAIN_LIMIT = 32;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object but for some of its members. */
export function without(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** The definitions that a self-contained schema brings with it. */
export function definitionsOf(schema: unknown): JsonObject {
  return isObject(schema) && isObject(schema["$defs"]) ? schema["$defs"] : {};
}

/**
 * A schema without `$ref` and `allOf` at its top: references are followed, intersections merged member by member.
 * What stands inside (properties, items, branches) is left as it is, so that a recursive schema has an end.
 */
export function resolve(schema: unknown, definitions: JsonObject): JsonObject {
  return merged(schema, definitions, CHAIN_LIMIT);
}

/** The name of the definition that a schema refers to. */
export function referenceName(schema: unknown): string | undefined {
  const reference = isObject(schema) ? schema["$ref"] : undefined;
  return typeof reference === "string" && reference.startsWith(REFERENCE)
    ? reference.slice(REFERENCE.length).replaceAll("~1", "/").replaceAll("~0", "~")
    : undefined;
}

function merged(schema: unknown, definitions: JsonObject, left: number): JsonObject {
  if (!isObject(schema) || left === 0) return {};
  const own = without(schema, ["$ref", "allOf"]);
  const allOf: unknown = schema["allOf"];
  const name = referenceName(schema);
  const first: readonly unknown[] = name === undefined ? [] : [definitions[name]];
  const parts = [...first, ...(Array.isArray(allOf) ? (allOf as unknown[]) : [])];
  return parts.reduceRight<JsonObject>((whole, part) => both(merged(part, definitions, left - 1), whole), own);
}

/** Both schemas at once; of a keyword that both have, the second counts. */
function both(first: JsonObject, second: JsonObject): JsonObject {
  const whole: Record<string, unknown> = { ...first, ...second };
  if (isObject(first["properties"]) && isObject(second["properties"])) {
    whole["properties"] = { ...first["properties"], ...second["properties"] };
  }
  if (Array.isArray(first["required"]) && Array.isArray(second["required"])) {
    whole["required"] = [
      ...new Set<unknown>([...(first["required"] as unknown[]), ...(second["required"] as unknown[])]),
    ];
  }
  return whole;
}
