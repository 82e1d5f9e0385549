"""Texts of a URL, a header or a form as the values that a schema means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from madang.kit.json import JsonObject, JsonValue
from madang.schema.describe import ALL_TYPES, accepted_types
from madang.schema.explain import Explainer, fits_text, is_linear_pattern
from madang.schema.references import References

_INTEGER = re.compile(r"-?\d{1,400}\Z")
_NUMBER = re.compile(r"-?\d{1,400}(?:\.\d+)?(?:[eE][+-]?\d{1,3})?\Z")
_PARTS_LIMIT = 2_000


class Types:
    """Reads texts by schemas that share references."""

    def __init__(self, references: References) -> None:
        self._references = references

    def accepted(self, schemas: Sequence[JsonValue]) -> frozenset[str]:
        """The types that one of the schemas takes."""
        found: set[str] = set()
        for schema in schemas:
            found |= accepted_types(schema, self._references)
        return frozenset(found) if schemas else ALL_TYPES

    def is_union(self, schema: JsonValue) -> bool:
        """Whether a schema leaves several branches open."""
        return len(self._references.branches(self._references.resolve(schema))) > 1

    def is_free(self, schemas: Sequence[JsonValue]) -> bool:
        """Whether the schemas say nothing about types."""
        return self.accepted(schemas) >= ALL_TYPES

    def value(self, text: str, schemas: Sequence[JsonValue]) -> JsonValue:
        """What a text means: the first of its readings that fits; the text itself where none does."""
        types = self.accepted(schemas)
        if types >= ALL_TYPES and text[:1] in ("{", "[") and any(map(_says_inside, self.parts(schemas))):
            types = frozenset({"object", "array", "string"})
        if types >= ALL_TYPES or types <= {"string", "null"}:
            return text
        for value in _readings(text, types):
            if self.fits(value, schemas):
                return value
        return text if "string" in types else next(_readings(text, types), text)

    def fits(self, value: JsonValue, schemas: Sequence[JsonValue]) -> bool:
        """Whether a value fits one of the schemas."""
        return any(not Explainer(self._references).problems(value, schema) for schema in schemas)

    def fits_all(self, value: JsonValue, schemas: Sequence[JsonValue]) -> bool:
        """Whether a value fits every one of the schemas."""
        return not any(Explainer(self._references).problems(value, schema) for schema in schemas)

    def parts(self, schemas: Sequence[JsonValue]) -> list[JsonObject]:
        """All that the schemas are made of, by intersection and union."""
        found: dict[int, JsonObject] = {}
        waiting = [*schemas]
        while waiting and len(found) < _PARTS_LIMIT:
            resolved = self._references.resolve(waiting.pop())
            if id(resolved) not in found:
                found[id(resolved)] = resolved
                for keyword in ("allOf", "anyOf", "oneOf"):
                    more = resolved.get(keyword)
                    waiting += more if isinstance(more, list) else []
        return list(found.values())

    def items(self, schemas: Sequence[JsonValue], index: int) -> list[JsonValue]:
        """What an item may be."""
        found: list[JsonValue] = []
        for part in self.parts(schemas):
            firsts = part.get("prefixItems")
            if isinstance(firsts, list) and index < len(firsts):
                found.append(firsts[index])
            elif "items" in part:
                found.append(part["items"])
        return found

    def member(self, schemas: Sequence[JsonValue], name: str) -> list[JsonValue]:
        """What a member may be: declared, by a pattern, or any other."""
        found: list[JsonValue] = []
        others: list[JsonValue] = []
        for part in self.parts(schemas):
            found += [schema for key, schema in _object(part, "properties").items() if key == name]
            for pattern, schema in _object(part, "patternProperties").items():
                found += [schema] if is_linear_pattern(pattern) and fits_text("pattern", pattern, name) else []
            if isinstance(part.get("additionalProperties"), dict):
                others.append(part["additionalProperties"])
        return found or others

    def names(self, schemas: Sequence[JsonValue]) -> dict[str, None]:
        """The declared names of members."""
        return {name: None for part in self.parts(schemas) for name in _object(part, "properties")}


def _readings(text: str, types: frozenset[str]) -> Iterator[JsonValue]:
    """What a text may be, the narrowest first."""
    if types & {"integer", "number"}:
        if _INTEGER.match(text):
            yield int(text)
        elif _NUMBER.match(text):
            yield float(text)
    if "boolean" in types and text in ("true", "false"):
        yield text == "true"
    if types & {"object", "array"} and text[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            yield json.loads(text)
    if "null" in types and text == "null":
        yield None
    if "string" in types:
        yield text


def _says_inside(part: JsonObject) -> bool:
    return "properties" in part or "items" in part


def _object(part: JsonObject, key: str) -> JsonObject:
    value = part.get(key)
    return value if isinstance(value, dict) else {}
