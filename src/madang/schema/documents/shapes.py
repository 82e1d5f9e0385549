"""An object schema seen as flat properties, those of its `allOf` members and of what it refers to included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from madang.kit.json import JsonObject, JsonValue, canonical

_PREFIX = "#/$defs/"
_WORDS_OF_OBJECTS = ("$ref", "type", "properties", "required", "allOf", "discriminator", "format")
_WORDS_OF_ANY = ("title", "description", "examples", "default", "deprecated", "readOnly", "writeOnly", "x-madang-human")
_CARRIED = frozenset((*_WORDS_OF_OBJECTS, *_WORDS_OF_ANY))
_UNIONS = ("oneOf", "anyOf")
_OF_OTHERS = frozenset(
    (
        *("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "minContains", "maxContains"),
        *("minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        *("multipleOf", "contentEncoding", "contentMediaType", "unevaluatedItems"),
    )
)
_CONSTRAINT_ONLY = frozenset(("required", "title", "description", "type", "not"))


@dataclass(kw_only=True)
class Shape:
    """The properties of an object, the names of those it needs, the keywords that say more than properties can, and
    the names that two members of an `allOf` declare differently."""

    properties: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    required: set[str] = field(default_factory=set[str])
    beyond: list[str] = field(default_factory=list[str])
    conflicts: list[str] = field(default_factory=list[str])
    description: str = ""


def find_shape(schema: JsonValue, schemas: Mapping[str, JsonValue]) -> Shape | None:
    """The flat properties of `schema`, or None where it is no object, has none, or is a choice between several."""
    schema = _without_null(schema)
    shape = Shape()
    seen: set[str] = set()
    waiting: list[JsonValue] = [schema]
    while waiting:
        node = _without_null(waiting.pop())
        if not isinstance(node, dict):
            continue
        if not _is_object(node):
            return None
        _take(node, shape)
        name = str(node["$ref"]).removeprefix(_PREFIX) if "$ref" in node else None
        if name is not None and name not in seen:
            seen.add(name)
            waiting.append(schemas.get(name))
        members = node.get("allOf")
        waiting.extend(reversed(members) if isinstance(members, list) else ())
    return shape if shape.properties else None


def _without_null(schema: JsonValue) -> JsonValue:
    """A choice between one schema and null is that schema here."""
    inner = _only_choice(schema)
    while inner is not None:
        schema, inner = inner, _only_choice(inner)
    return schema


def _only_choice(schema: JsonValue) -> JsonValue:
    if not isinstance(schema, dict) or "properties" in schema:
        return None
    choices = next((schema[key] for key in _UNIONS if key in schema), None)
    others = [choice for choice in choices if choice != {"type": "null"}] if isinstance(choices, list) else []
    return others[0] if len(others) == 1 else None


def _is_object(node: JsonObject) -> bool:
    kind = node.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if kind is not None and "object" not in kinds:
        return False
    if "patternProperties" in node and "properties" not in node:
        return False
    return all(_only_constrains(node.get(key)) for key in _UNIONS)


def _only_constrains(choices: JsonValue) -> bool:
    if not isinstance(choices, list):
        return True
    return all(isinstance(choice, dict) and _CONSTRAINT_ONLY.issuperset(choice) for choice in choices)


def _take(node: JsonObject, shape: Shape) -> None:
    properties = node.get("properties")
    for name, member in properties.items() if isinstance(properties, dict) else ():
        known = shape.properties.get(name)
        if known is None or known is True:
            shape.properties[name] = member
        elif known is not member and member is not True and canonical(known) != canonical(member):
            shape.conflicts.append(name)
            shape.properties[name] = {"allOf": [known, member]}
    required = node.get("required")
    shape.required.update(str(name) for name in (required if isinstance(required, list) else ()))
    shape.beyond.extend(key for key in node if key not in _CARRIED and not _is_idle(key, node[key]))
    shape.description = shape.description or str(node.get("description", ""))


def _is_idle(key: str, value: JsonValue) -> bool:
    """Whether a keyword says nothing of an object: what is for lists, texts and numbers, or allows all there is."""
    return key in _OF_OTHERS or (key == "additionalProperties" and (value is False or value is True or value == {}))
