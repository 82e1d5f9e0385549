"""Intersections (`allOf`) written as one schema, for dialects that have none."""

from __future__ import annotations

from madang.kit.json import JsonObject, JsonValue
from madang.schema.describe import own_types
from madang.schema.references import References

_DEPTH_LIMIT = 24
_BRANCH_LIMIT = 16
_HIGHEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_LOWEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


class Merger:
    """Merges the schemas of one set, each once."""

    def __init__(self, references: References) -> None:
        self._references = references
        # By id, with the schema itself so that its id stays its own.
        self._known: dict[int, tuple[JsonObject, JsonObject]] = {}

    def merged(self, schema: JsonValue, depth: int = 0) -> JsonObject:
        """A resolved schema without `allOf`: its parts merged, a union within them distributed over the rest.

        Where parts disagree on something that cannot be merged, the later one holds. A schema that is a part of itself
        adds nothing to itself.
        """
        resolved = self._references.resolve(schema)
        if id(resolved) not in self._known:
            self._known[id(resolved)] = (resolved, {})
            self._known[id(resolved)] = (resolved, self._merge(resolved, depth))
        return self._known[id(resolved)][1]

    def _merge(self, resolved: JsonObject, depth: int) -> JsonObject:
        parts = resolved.get("allOf")
        own: JsonObject = {key: value for key, value in resolved.items() if key != "allOf"}
        if isinstance(parts, list) and depth < _DEPTH_LIMIT:
            whole: JsonObject = {}
            for part in parts:
                whole = _both(whole, self.merged(part, depth + 1))
            own = _both(whole, own)
        return self._distributed(own, depth)

    def _distributed(self, schema: JsonObject, depth: int) -> JsonObject:
        """An object with properties of its own and a union beside them becomes a union of whole objects."""
        branches = self._references.branches(schema)
        if not branches or not schema.get("properties"):
            return schema
        if len(branches) > _BRANCH_LIMIT or depth >= _DEPTH_LIMIT:
            return {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
        base = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "title", "description")}
        whole: list[JsonValue] = [_both(base, self.merged(branch, depth + 1)) for branch in branches]
        rest: JsonObject = {key: schema[key] for key in ("title", "description") if key in schema}
        return {**rest, "anyOf": whole}


def _both(left: JsonObject, right: JsonObject) -> JsonObject:
    whole: JsonObject = {**left, **right}
    for key in left.keys() & right.keys():
        whole[key] = _both_values(key, left[key], right[key])
    if "type" in left and "type" in right:
        types = own_types(left) & own_types(right)
        kept = sorted(types - {"integer"} if "number" in types else types)
        whole["type"] = kept[0] if len(kept) == 1 else list[JsonValue](kept) if kept else right["type"]
    return whole


def _both_values(key: str, left: JsonValue, right: JsonValue) -> JsonValue:
    if key == "properties" and isinstance(left, dict) and isinstance(right, dict):
        whole: JsonObject = {**left, **right}
        for name in left.keys() & right.keys():
            whole[name] = right[name] if left[name] == right[name] else {"allOf": [left[name], right[name]]}
        return whole
    if key == "required" and isinstance(left, list) and isinstance(right, list):
        return [*left, *(name for name in right if name not in left)]
    if key == "enum" and isinstance(left, list) and isinstance(right, list):
        return [option for option in left if option in right] or right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        if key in _HIGHEST:
            return max(left, right)
        if key in _LOWEST:
            return min(left, right)
    if key == "additionalProperties" and left is False:
        return right if isinstance(right, dict) else False
    return right
