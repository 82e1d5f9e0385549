"""Shared schemas near a tool's arguments: as many as a model can use, never the whole document.

In some documents every entity leads to every other, thousands of them. The nearest are kept; a reference that leads
further says in words what stands there, and the function's own schema still checks what is written.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from madang.kit.json import JsonObject, JsonValue
from madang.schema.describe import accepted_types, describe, join_words
from madang.schema.references import References, Schemas, definition_name, rewrite, subschemas

DEFINITIONS_LIMIT = 150
"""Shared schemas that a tool shows at most."""
NODES_LIMIT = 3_000
"""Schemas inside one another that are looked at before no further shared schema is taken in."""
_NAMES_SHOWN = 8
_SAYABLE = frozenset({"string", "integer", "number", "boolean", "object"})
_OBJECT = frozenset({"object"})


def nearest(roots: Iterable[JsonValue], schemas: Schemas) -> tuple[dict[str, JsonValue], bool]:
    """The definitions that the roots lead to, nearest first, and whether that is all; the work is bounded, too."""
    found: dict[str, JsonValue] = {}
    waiting = deque(roots)
    nodes = 0
    while waiting:
        schema = waiting.popleft()
        nodes += 1
        if not isinstance(schema, dict):
            continue
        name = definition_name(schema.get("$ref"))
        if name is not None and name not in found and name in schemas:
            if len(found) >= DEFINITIONS_LIMIT or nodes > NODES_LIMIT:
                return found, False
            found[name] = schemas[name]
            waiting.append(schemas[name])
        waiting.extend(subschemas(schema))
    return found, True


def cut_beyond(schema: JsonValue, kept: Schemas, schemas: Schemas) -> JsonValue:
    """A copy whose references lead to what is kept; others become words about what they led to."""
    references = References(schemas)

    def change(inner: JsonObject) -> JsonValue:
        name = definition_name(inner.get("$ref"))
        if name is None or name in kept or name not in schemas:
            return inner
        return _in_words(inner, name, references)

    return rewrite(schema, change)


def _in_words(inner: JsonObject, name: str, references: References) -> JsonObject:
    target = references.resolve(inner)
    types = accepted_types(inner, references)
    said = inner.get("description") or target.get("description")
    properties = target.get("properties")
    words = f"{describe(target, references)} {name}" if types == _OBJECT else describe(target, references)
    if isinstance(properties, dict) and properties:
        words += f" with {join_words(list(properties)[:_NAMES_SHOWN], 'and')}"
    written: JsonObject = {key: value for key, value in inner.items() if key.startswith("x-")}
    if len(types) == 1 and types <= _SAYABLE:
        written["type"] = next(iter(types))
    return {**written, "description": f"{said} ({words})" if isinstance(said, str) and said else words}
