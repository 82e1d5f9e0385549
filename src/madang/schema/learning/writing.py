"""Shapes as schemas in the words of each version of document."""

from __future__ import annotations

from madang.kit.json import JsonObject, JsonValue
from madang.schema.learning.shapes import Kind, Shape, merged

_ORDER: tuple[Kind, ...] = ("boolean", "integer", "number", "string", "array", "object")


def schema_of(shape: Shape, dialect: str) -> JsonObject:
    """The schema of a shape for a document of `dialect`, as `openapi-3.0`.

    Enums, examples and bounds are never written: they would be values. A place of which nothing but null was seen
    allows anything.
    """
    kinds: list[Kind] = [
        kind for kind in _ORDER if kind in shape.kinds and not (kind == "integer" and "number" in shape.kinds)
    ]
    if not kinds or (len(kinds) > 1 and dialect == "swagger-2.0"):
        return {}
    parts = [_part(kind, shape, dialect) for kind in kinds]
    is_nullable = "null" in shape.kinds
    if dialect in ("swagger-2.0", "openapi-3.0"):
        schema: JsonObject = parts[0] if len(parts) == 1 else {"anyOf": [*parts]}
        word = "x-nullable" if dialect == "swagger-2.0" else "nullable"
        return {**schema, word: True} if is_nullable else schema
    types: list[JsonValue] = [*kinds, "null"] if is_nullable else [*kinds]
    schema = {"type": types[0] if len(types) == 1 else types}
    for part in parts:
        schema.update({key: value for key, value in part.items() if key != "type"})
    return schema


def _part(kind: Kind, shape: Shape, dialect: str) -> JsonObject:
    schema: JsonObject = {"type": kind}
    if kind == "string" and shape.format is not None:
        schema["format"] = shape.format
    elif kind == "array":
        schema["items"] = {} if shape.items is None else schema_of(shape.items, dialect)
    elif kind == "object":
        schema.update(_object(shape, dialect))
    return schema


def _object(shape: Shape, dialect: str) -> JsonObject:
    others = [] if shape.others is None else [shape.others]
    if shape.is_map:
        inner = schema_of(merged([*others, *shape.members.values()]), dialect)
        return {"additionalProperties": inner or True}
    named = shape.named()
    schema: JsonObject = {}
    if named:
        schema["properties"] = {name: schema_of(member, dialect) for name, member in named.items()}
    objects = shape.kinds.get("object", 0)
    required: list[JsonValue] = [name for name, member in named.items() if member.samples == objects]
    if required and not shape.is_cut:
        schema["required"] = required
    if others:
        schema["additionalProperties"] = schema_of(others[0], dialect) or True
    return schema
