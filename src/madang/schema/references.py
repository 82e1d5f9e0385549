"""Walking JSON Schema 2020-12 whose references point to `#/$defs/<name>`: resolve, reach, rewrite, never inline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import unquote

from madang.kit.json import JsonObject, JsonValue, unpointer

Schemas = Mapping[str, JsonValue]
"""The named schemas of a set: what `#/$defs/<name>` points to."""

DEFINITIONS = "#/$defs/"
SCHEMA_DEPTH_LIMIT = 100
"""Schemas written inside one another; what is deeper allows anything."""

_ONE = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs")
_REFERENCE_CHAIN_LIMIT = 64
# One object each, never changed, so that an id stands for one schema.
_ANYTHING: JsonObject = {}
_NOTHING: JsonObject = {"not": {}}
_ANNOTATIONS = frozenset(
    {"title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "$comment"}
)


def definition_name(reference: JsonValue) -> str | None:
    """The name in `#/$defs/<name>`, also where the pointer goes on into the definition; None for another reference."""
    if not isinstance(reference, str) or not reference.startswith(DEFINITIONS):
        return None
    segments = unpointer(unquote(reference[1:]))
    return segments[1] if len(segments) > 1 else None


def find_definition(reference: JsonValue, schemas: Schemas) -> JsonValue:
    """What a reference points to, or None where there is no such schema."""
    if not isinstance(reference, str) or not reference.startswith(DEFINITIONS):
        return None
    _, name, *rest = unpointer(unquote(reference[1:]))
    found: JsonValue = schemas.get(name)
    for segment in rest:
        found = _step(found, segment)
    return found


def _step(value: JsonValue, segment: str) -> JsonValue:
    if isinstance(value, list):
        return value[int(segment)] if segment.isdecimal() and int(segment) < len(value) else None
    return value.get(segment) if isinstance(value, dict) else None


def subschemas(schema: JsonValue) -> Iterator[JsonValue]:
    """The schemas directly inside a schema. Values (enum, const, default, examples) are not schemas."""
    if not isinstance(schema, dict):
        return
    for keyword in _ONE:
        if keyword in schema:
            yield schema[keyword]
    for keyword in _LISTS:
        items = schema.get(keyword)
        if isinstance(items, list):
            yield from items
    for keyword in _MAPS:
        members = schema.get(keyword)
        if isinstance(members, dict):
            yield from members.values()


def reachable(roots: Iterable[JsonValue], schemas: Schemas) -> dict[str, JsonValue]:
    """The definitions that these schemas need, directly or through others, in the order they are met."""
    found: dict[str, JsonValue] = {}
    waiting = list(roots)[::-1]
    while waiting:
        schema = waiting.pop()
        if not isinstance(schema, dict):
            continue
        name = definition_name(schema.get("$ref"))
        if name is not None and name not in found and name in schemas:
            found[name] = schemas[name]
            waiting.append(schemas[name])
        waiting.extend(subschemas(schema))
    return found


def direct_references(schema: JsonValue) -> set[str]:
    """The names of the definitions that a schema refers to itself, not through others."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        current = waiting.pop()
        name = definition_name(current.get("$ref")) if isinstance(current, dict) else None
        if name is not None:
            found.add(name)
        waiting.extend(subschemas(current))
    return found


def rewrite(
    schema: JsonValue,
    change: Callable[[JsonObject], JsonValue],
    *,
    is_outer_first: bool = False,
    depth: int = 0,
) -> JsonValue:
    """A copy with `change` applied to every schema inside; it gets a shallow copy, the inner schemas changed already,
    or, with `is_outer_first`, as they were."""
    if not isinstance(schema, dict):
        return schema if isinstance(schema, bool) else True
    if depth >= SCHEMA_DEPTH_LIMIT:
        return True
    copied: JsonValue = dict(schema)
    if is_outer_first:
        copied = change(copied)
        return _rewrite_inside(copied, change, is_outer_first, depth) if isinstance(copied, dict) else copied
    return change(_rewrite_inside(copied, change, is_outer_first, depth))


def _rewrite_inside(
    schema: JsonObject, change: Callable[[JsonObject], JsonValue], is_outer_first: bool, depth: int
) -> JsonObject:
    def inner(value: JsonValue) -> JsonValue:
        return rewrite(value, change, is_outer_first=is_outer_first, depth=depth + 1)

    for keyword in _ONE:
        if keyword in schema:
            schema[keyword] = inner(schema[keyword])
    for keyword in _LISTS:
        items = schema.get(keyword)
        if isinstance(items, list):
            schema[keyword] = [inner(item) for item in items]
    for keyword in _MAPS:
        members = schema.get(keyword)
        if isinstance(members, dict):
            schema[keyword] = {name: inner(member) for name, member in members.items()}
    return schema


def _beside(link: JsonObject, target: JsonObject) -> JsonObject:
    annotations: JsonObject = {}
    constraints: JsonObject = {}
    for key, value in link.items():
        if key != "$ref":
            (annotations if key in _ANNOTATIONS or key.startswith("x-") else constraints)[key] = value
    if constraints:
        return {**annotations, "allOf": [target, constraints]}
    return {**target, **annotations} if annotations else target


class References:
    """Resolves the references of one set of schemas, each once.

    A resolved schema has no `$ref`: annotations beside one go over those of its target, constraints beside one stand
    with the target in an `allOf`. `True` is `{}`, and what is not a schema, a dangling reference and a circle of
    references alone are `{}` too: they allow anything.
    """

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self._resolved: dict[int, tuple[JsonValue, JsonObject]] = {}

    def resolve(self, schema: JsonValue) -> JsonObject:
        """The object that says what the schema says, without a reference at its top."""
        if not isinstance(schema, dict):
            return _NOTHING if schema is False else _ANYTHING
        if "$ref" not in schema:
            return schema
        known = self._resolved.get(id(schema))
        if known is None:
            # The schema is kept with its answer, so that its id stays its own.
            known = self._resolved[id(schema)] = (schema, self._follow(schema))
        return known[1]

    def _follow(self, schema: JsonObject) -> JsonObject:
        chain: list[JsonObject] = []
        current: JsonValue = schema
        while isinstance(current, dict) and "$ref" in current:
            if len(chain) >= _REFERENCE_CHAIN_LIMIT:
                current = True
                break
            chain.append(current)
            current = find_definition(current["$ref"], self.schemas)
        target = current if isinstance(current, dict) else _NOTHING if current is False else _ANYTHING
        for link in reversed(chain):
            target = _beside(link, target)
        return target

    def branches(self, schema: JsonObject) -> list[JsonValue]:
        """The alternatives of a resolved schema: of `anyOf`, or else of `oneOf`."""
        for keyword in ("anyOf", "oneOf"):
            items = schema.get(keyword)
            if isinstance(items, list) and items:
                return items
        return []
