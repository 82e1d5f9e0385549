"""A connector whose names, schemas and words are what documents do to a language at their worst."""

from __future__ import annotations

import pytest

from madang.kit.json import JsonValue
from madang.schema.functions import Argument, Function, Location

SCHEMAS: dict[str, JsonValue] = {
    "Tree": {
        "type": "object",
        "description": 'Ends a comment */ and a string """ and \\ is no escape "',
        "properties": {
            "value": {"type": "integer", "minimum": 1, "maximum": 9, "description": "How much"},
            "left": {"$ref": "#/$defs/Tree"},
            "kids": {"type": "array", "items": {"$ref": "#/$defs/Tree"}, "deprecated": True},
        },
        "required": ["value"],
    },
    "odd-names": {
        "type": "object",
        "properties": {
            "created-at": {"type": "string", "format": "date-time"},
            "class": {"type": "string"},
            "__typename": {"const": "Odd"},
            "str": {"type": ["string", "null"]},
            "types": {"$ref": "#/$defs/Tree"},
        },
        "required": ["created-at"],
    },
    "Cat": {"type": "object", "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}}},
    "Dog": {"type": "object", "properties": {"kind": {"type": "string"}}, "required": ["kind"]},
    "Pet": {
        "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/$defs/Cat", "dog": "#/$defs/Dog"}},
    },
    "Json": {
        "anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"$ref": "#/$defs/Json"}},
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/Json"}},
            {"type": "null"},
        ]
    },
    "list": {"type": "array", "items": {"type": "number"}},
    "delete": {"enum": ["a", 'b"', 3, True, None, 1.5]},
    "Both": {"allOf": [{"$ref": "#/$defs/Dog"}, {"properties": {"age": {"type": "integer"}}, "required": ["age"]}]},
    "Extra": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
    "Empty": {"type": "object", "additionalProperties": False},
    "Unreached": {"type": "string"},
}


def _argument(name: str, schema: JsonValue, *, wire: str = "", is_required: bool = False) -> Argument:
    location: Location = "query"
    return Argument(
        name=name, location=location, wire=wire or name, schema=schema, is_required=is_required, description="Words"
    )


def _function(name: str, result: JsonValue, *arguments: Argument) -> Function:
    return Function(
        name=name,
        model_name=name.replace(".", "_"),
        method="GET",
        path="/",
        title="Do it",
        description="At once.",
        arguments=arguments,
        result=result,
    )


def _ref(name: str) -> JsonValue:
    return {"$ref": f"#/$defs/{name}"}


@pytest.fixture
def functions() -> list[Function]:
    """Operations called like built-ins, a group called `types`, arguments of every kind."""
    point: JsonValue = {"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]}
    pair: JsonValue = {"type": "array", "prefixItems": [{"type": "string"}, point], "minItems": 2, "maxItems": 2}
    return [
        _function("trees.list", {"type": "array", "items": _ref("Tree")}, _argument("limit", {"type": "integer"})),
        _function("trees.get", _ref("Tree"), _argument("from_", {"type": "string"}, wire="from", is_required=True)),
        _function("trees.leaves.str", {"type": "object", "properties": {"n": {"type": "integer"}}}),
        _function("types.delete", {"type": "null"}, _argument("pet", _ref("Pet"), is_required=True)),
        _function("odd.call", _ref("odd-names"), _argument("value", _ref("Json")), _argument("pair", pair)),
        _function("odd.more", True, _argument("file", {"type": "string", "format": "binary"}, is_required=True)),
        _function("odd.rest", _ref("Both"), _argument("e", _ref("Extra")), _argument("z", _ref("Empty"))),
        _function("odd.enums", _ref("delete"), _argument("n", _ref("list")), _argument("never", False)),
    ]


@pytest.fixture
def schemas() -> dict[str, JsonValue]:
    return SCHEMAS
