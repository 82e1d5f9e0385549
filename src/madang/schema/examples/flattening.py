"""Schemas that must all hold, laid flat: references followed, `allOf` opened, of each union one branch taken.

What is left are parts whose own keywords a value has to fit one by one; JSON Schema is a conjunction.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from madang.kit.json import JsonObject, JsonValue
from madang.schema.describe import ALL_TYPES, own_types
from madang.schema.examples.errors import UngeneratableError
from madang.schema.examples.heights import Heights
from madang.schema.references import References, definition_name

WISHED = "x-madang-wished"
"""A value that a part would like to have, where it fits: the word of a discriminator."""

_PARTS_LIMIT = 2_000

Choose = Callable[[Sequence[JsonValue]], JsonValue]
"""Takes one of the branches of a union."""


@dataclass(kw_only=True)
class Flat:
    """The parts, and the types that they leave."""

    parts: list[JsonObject] = field(default_factory=list[JsonObject])
    types: frozenset[str] = ALL_TYPES


class Flattener:
    """Lays schemas flat that share references."""

    def __init__(self, references: References, heights: Heights) -> None:
        self._references = references
        self._heights = heights

    def flatten(self, schemas: Sequence[JsonValue], choose: Choose) -> Flat:
        """The parts of all schemas. Raises UngeneratableError where nothing can fit them all."""
        flat = Flat()
        unions: list[JsonObject] = []
        self._open(schemas, flat, unions)
        done = 0
        while done < len(unions):
            union = unions[done]
            done += 1
            for branches in _unions_of(union):
                self._open(self._taken(branches, union, flat, choose), flat, unions)
        if not flat.types:
            raise UngeneratableError("its types exclude each other")
        return flat

    def _open(self, schemas: Sequence[JsonValue], flat: Flat, unions: list[JsonObject]) -> None:
        seen = {id(part) for part in flat.parts}
        waiting = list(reversed(schemas))
        while waiting:
            schema = waiting.pop()
            resolved = self._references.resolve(schema)
            if resolved.get("not") == {}:
                raise UngeneratableError("nothing is allowed here")
            if id(resolved) in seen or not resolved:
                continue
            if len(flat.parts) >= _PARTS_LIMIT:
                raise UngeneratableError("its schema has too many parts")
            seen.add(id(resolved))
            flat.parts.append(resolved)
            flat.types = narrowed(flat.types, resolved)
            waiting += reversed(_list(resolved.get("allOf")))
            if "anyOf" in resolved or "oneOf" in resolved or "if" in resolved:
                unions.append(resolved)

    def _taken(self, branches: Sequence[JsonValue], union: JsonObject, flat: Flat, choose: Choose) -> list[JsonValue]:
        """A branch that can go with what is there, and the word that a discriminator wants for it."""
        fitting = [branch for branch in branches if self._can_join(branch, flat)]
        if not fitting:
            raise UngeneratableError("no branch of its union can go with the rest")
        others = [branch for branch in fitting if self._references.resolve(branch).get("type") != "null"]
        branch = choose(others or fitting)
        tag = _members(union.get("discriminator"))
        name = tag.get("propertyName")
        if not isinstance(name, str) or not isinstance(branch, dict) or "$ref" not in branch:
            return [branch]
        words = [word for word, target in _members(tag.get("mapping")).items() if target == branch["$ref"]]
        word = words[0] if words else definition_name(branch["$ref"])
        return [branch, {"properties": {name: {WISHED: word}}}]

    def _can_join(self, branch: JsonValue, flat: Flat) -> bool:
        if branch is False or math.isinf(self._heights.of(branch)):
            return False
        return bool(narrowed(flat.types, self._references.resolve(branch)))


def narrowed(types: frozenset[str], part: JsonObject) -> frozenset[str]:
    """The types that are left after a part has its say; a number may be an integer."""
    return types & own_types(part) if "type" in part else types


def _unions_of(schema: JsonObject) -> Iterator[list[JsonValue]]:
    """The unions of a part; a condition is one, too."""
    for keyword in ("anyOf", "oneOf"):
        if branches := _list(schema.get(keyword)):
            yield branches
    if "if" in schema:
        condition = schema["if"]
        yield [
            {"allOf": [condition, schema.get("then", True)]},
            {"allOf": [{"not": condition}, schema.get("else", True)]},
        ]


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _members(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
