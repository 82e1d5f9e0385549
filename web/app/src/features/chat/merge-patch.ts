import type { JsonObject } from "@madang/sdk";

/** The merge patch (RFC 7396) that makes `after` of `before`; undefined where nothing changed. */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const patch: Record<string, unknown> = {};
  for (const name of Object.keys(before)) if (after[name] === undefined) patch[name] = null;
  for (const [name, value] of Object.entries(after)) {
    const old = before[name];
    const change = isObject(old) && isObject(value) ? mergePatch(old, value) : changed(old, value);
    if (change !== undefined) patch[name] = change;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function changed(old: unknown, value: unknown): unknown {
  return JSON.stringify(old) === JSON.stringify(value) ? undefined : value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
