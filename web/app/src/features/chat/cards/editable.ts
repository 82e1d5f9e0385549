import type { JsonObject } from "@madang/sdk";
import { isMasked } from "./arguments-list.tsx";

interface Schemas {
  readonly arguments: JsonObject;
}

/** The shown arguments but those that only a person gave, which are not shown and so not changed. */
export function editableValues(shown: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => !isMasked(value)));
}

/** The schema of what may be changed: the function's, where it is known, else one that is read off the values. */
export function editableSchema(known: Schemas | undefined, shown: JsonObject): JsonObject {
  if (known === undefined) {
    const properties = Object.entries(editableValues(shown)).map(([name, value]) => [name, schemaOf(value)]);
    return { type: "object", properties: Object.fromEntries(properties) as JsonObject };
  }
  const hidden = new Set(Object.keys(shown).filter((name) => isMasked(shown[name])));
  const properties = Object.entries((known.arguments["properties"] ?? {}) as JsonObject);
  const required = (known.arguments["required"] ?? []) as readonly string[];
  return {
    ...known.arguments,
    properties: Object.fromEntries(properties.filter(([name]) => !hidden.has(name))),
    required: required.filter((name) => !hidden.has(name)),
  };
}

function schemaOf(value: unknown): JsonObject {
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" ? { type } : {};
}
