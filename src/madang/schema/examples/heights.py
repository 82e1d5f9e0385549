"""How many levels the smallest value of a schema needs: what bounds a recursion.

Only what is required counts. A schema that needs itself has no height, and of a union the lowest branch counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from madang.kit.json import JsonObject, JsonValue
from madang.schema.references import Schemas, definition_name, find_definition

_ROUNDS = 200
_DEPTH_LIMIT = 60


class Heights:
    """The heights of schemas that share definitions; each definition is measured once."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._known: dict[str, float] = {}

    def of(self, schema: JsonValue) -> float:
        """Levels of the smallest value; infinite where there is none."""
        waiting = self._unknown(schema)
        if waiting:
            self._measure(waiting)
        return self._height(schema, self._known, 0)

    def _unknown(self, schema: JsonValue) -> list[str]:
        found: dict[str, None] = {}
        waiting = [schema]
        while waiting:
            for name in _needed(waiting.pop()):
                if name not in found and name not in self._known and name in self._schemas:
                    found[name] = None
                    waiting.append(self._schemas[name])
        return list(found)

    def _measure(self, names: list[str]) -> None:
        heights = {**self._known, **dict.fromkeys(names, math.inf)}
        for _ in range(_ROUNDS):
            changed = False
            for name in reversed(names):
                height = self._height(self._schemas[name], heights, 0)
                changed = changed or height < heights[name]
                heights[name] = min(height, heights[name])
            if not changed:
                break
        self._known = heights

    def _height(self, schema: JsonValue, heights: dict[str, float], depth: int) -> float:
        if not isinstance(schema, dict):
            return math.inf if schema is False else 1
        if depth > _DEPTH_LIMIT:
            return math.inf
        found = 1.0
        reference = schema.get("$ref")
        name = definition_name(reference)
        if name is not None and name in self._schemas:
            is_whole = find_definition(reference, self._schemas) is self._schemas[name]
            found = heights.get(name, math.inf) if is_whole else 1
        for part in _list(schema.get("allOf")):
            found = max(found, self._height(part, heights, depth + 1))
        for keyword in ("anyOf", "oneOf"):
            branches = _list(schema.get(keyword))
            if branches:
                found = max(found, min(self._height(branch, heights, depth + 1) for branch in branches))
        for member in _required(schema):
            found = max(found, 1 + self._height(member, heights, depth + 1))
        return found


def _required(schema: JsonObject) -> Iterator[JsonValue]:
    properties, required = schema.get("properties"), schema.get("required")
    if isinstance(properties, dict):
        yield from (properties[name] for name in _list(required) if isinstance(name, str) and name in properties)
    least = schema.get("minItems")
    if isinstance(least, int) and least > 0 and schema.get("type") == "array":
        firsts = _list(schema.get("prefixItems"))
        yield from firsts[:least]
        if len(firsts) < least and "items" in schema:
            yield schema["items"]


def _needed(schema: JsonValue) -> Iterator[str]:
    """The names of the definitions that the height of a schema depends on."""
    waiting = [schema]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, dict):
            continue
        name = definition_name(current.get("$ref"))
        if name is not None:
            yield name
        for keyword in ("allOf", "anyOf", "oneOf"):
            waiting += _list(current.get(keyword))
        waiting += _required(current)


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
